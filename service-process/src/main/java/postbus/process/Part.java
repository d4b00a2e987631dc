package postbus.process;

/**
 * A part of a process: a stage, a server. {@link Lifecycle} starts all parts once the log has been
 * checked, and stops them side by side.
 */
public interface Part {

  /** Names the part in the log, such as {@code router}. */
  String name();

  /** Begins to work; returns soon. What cannot be begun is an exception whose text says why. */
  void start();

  /** Whether a mail that comes to this part now goes through. */
  boolean isReady();

  /**
   * Whether the threads that it has for itself move, whatever they wait for. False says that only a
   * new process helps: a log, a destination or a scanner that is away is no reason.
   */
  default boolean isLive() {
    return true;
  }

  /** Finishes what is in hand, within a bounded time, and takes nothing new. */
  void stop();
}
