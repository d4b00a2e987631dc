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

  /** Finishes what is in hand, within a bounded time, and takes nothing new. */
  void stop();
}
