package postbus.process;

import org.jspecify.annotations.Nullable;

/**
 * What keeps a process from starting, in words for the operator; it ends with status 1. Quarkus's
 * own exception for this lets a process that has no main of its own wait for ever, and say nothing.
 */
public final class StartRefused extends RuntimeException {

  /**
   * @param why a line, or some
   */
  public StartRefused(@Nullable String why) {
    super(why, null, false, false);
  }
}
