package postbus.bench;

import java.time.Duration;

/** The most memory that processes hold together while this is open, looked at every two seconds. */
final class Peak implements AutoCloseable {
  /** To look takes some milliseconds for a relay of hundreds of processes. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final ProcessGroup processes;
  private final Thread looking;
  private volatile long most;

  Peak(ProcessGroup processes) {
    this.processes = processes;
    this.looking = Thread.ofPlatform().daemon().start(this::look);
  }

  private void look() {
    try {
      while (true) {
        Thread.sleep(LOOK_AGAIN);
        most = Math.max(most, processes.memoryKibibytes());
      }
    } catch (InterruptedException e) {
      // It is over.
    }
  }

  /** Looks once more. */
  long kibibytes() {
    return Math.max(most, processes.memoryKibibytes());
  }

  @Override
  public void close() {
    looking.interrupt();
  }
}
