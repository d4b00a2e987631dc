package postbus.imap;

import java.time.Duration;

/** How one run of a command ended. */
sealed interface CommandEnd {

  /**
   * By itself, or by a signal that was none of ours.
   *
   * @param status 0 to 255; 128 and the signal's number if it was a signal
   * @param output the first line that it wrote and that is not blank; printable ASCII, may be empty
   */
  record Exited(int status, String output) implements CommandEnd {}

  /** It was killed since it took longer. */
  record TimedOut(Duration after) implements CommandEnd {}

  /** It was killed since this process ends. */
  record Stopped() implements CommandEnd {}
}
