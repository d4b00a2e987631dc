package postbus.log;

import java.io.IOException;

/**
 * The content store cannot be asked now. That is no fault of the mail whose content it is: whoever
 * meets it tries again later, and nothing becomes a dead letter by it.
 */
public final class ContentsAway extends IOException {
  private static final int CAUSES_MAX = 10;

  public ContentsAway(String message) {
    super(message);
  }

  public ContentsAway(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether this is at the bottom of a failure. */
  public static boolean isCauseOf(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (cause instanceof ContentsAway) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
