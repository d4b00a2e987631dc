package postbus.bench;

import java.io.Console;
import java.time.Duration;

/**
 * What is being measured and how far it is, on standard error: on a terminal a line that changes,
 * elsewhere one line for each step.
 */
final class Progress {
  private static final boolean IS_TERMINAL = isTerminal();

  private final int steps;
  private final long begun = System.nanoTime();
  private int done;
  private String step = "";

  /**
   * @param steps how many there will be
   */
  Progress(int steps) {
    this.steps = steps;
  }

  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** What is done now. */
  void begin(String what) {
    step = "[%d/%d%s] %s".formatted(Math.min(done + 1, steps), steps, left(), what);
    if (IS_TERMINAL) {
      show(step);
    } else {
      System.err.println(step);
    }
  }

  /** How far the step is, for a terminal. */
  void far(String how) {
    if (IS_TERMINAL) {
      show(step + ": " + how);
    }
  }

  void end() {
    done++;
  }

  /** A line that stays. */
  void say(String line) {
    if (IS_TERMINAL) {
      show("");
    }
    System.err.println(line);
  }

  /** Nothing more comes. */
  void over() {
    if (IS_TERMINAL) {
      show("");
    }
  }

  private String left() {
    if (done < 3) {
      return "";
    }
    Duration left = Duration.ofNanos((System.nanoTime() - begun) / done * (steps - done));
    return left.toMinutes() > 0
        ? ", %d min left".formatted(left.toMinutes())
        : ", %d s left".formatted(left.toSeconds());
  }

  private static void show(String line) {
    System.err.print("\r\u001b[K" + line);
    System.err.flush();
  }
}
