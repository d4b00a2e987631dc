package postbus.log;

import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** No broker answered in time, or it refused the question; the text says in one line who. */
public final class LogUnreachable extends IOException {

  public LogUnreachable(String what, Throwable cause) {
    super(what, cause);
  }

  /**
   * What a failed question to the log says: that nobody answered in time, or who refuses and why.
   */
  static LogUnreachable of(String bootstrapServers, Throwable failure) {
    Throwable cause =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    boolean isSilent =
        cause instanceof org.apache.kafka.common.errors.TimeoutException
            || cause instanceof java.util.concurrent.TimeoutException
            || cause instanceof InterruptedException;
    return new LogUnreachable(
        isSilent
            ? "no answer from the log at " + bootstrapServers
            : "the log at " + bootstrapServers + " refuses: " + cause.getMessage(),
        cause);
  }
}
