package postbus.imap;

import java.time.Duration;

/** How one run of a command ended. */
sealed interface CommandEnd {

  /**
   * By itself, or by a signal that was none of ours.
   *
   * @param status 0 to 255; 128 and the signal's number if it was a signal
   * @param output one line of what it wrote, not a blank one; printable ASCII, may be empty
   */
  record Exited(int status, String output) implements CommandEnd {}

  /** It was killed since it took longer. */
  record TimedOut(Duration after) implements CommandEnd {}

  /** It was not begun, and may be another time. */
  record NotBegun(String why) implements CommandEnd {}

  /** It was not begun, since the mail's content cannot be read now. */
  record Unread() implements CommandEnd {}

  /** It was killed since this process ends. */
  record Stopped() implements CommandEnd {}
}
