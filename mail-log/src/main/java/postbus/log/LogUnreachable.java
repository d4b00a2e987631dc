package postbus.log;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** No broker answered in time, or it refused the question; the text says in one line who. */
public final class LogUnreachable extends IOException {

  public LogUnreachable(String what, Throwable cause) {
    super(what, cause);
  }

  /**
   * What a failed question to the log says: that nobody answered in time, or who refuses and why.
   */
  static LogUnreachable of(LogAccess log, Throwable failure) {
    Throwable cause =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new LogUnreachable(
        isNameUnknown(cause)
            ? "no name of the log at " + log + " has an address"
            : isSilence(cause)
                ? "no answer from the log at " + log
                : "the log at " + log + " refuses: " + reasons(cause),
        cause);
  }

  private static boolean isSilence(@Nullable Throwable cause) {
    return cause instanceof org.apache.kafka.common.errors.TimeoutException
        || cause instanceof java.util.concurrent.TimeoutException
        || cause instanceof InterruptedException;
  }

  /** Kafka has no exception of its own for it. */
  private static boolean isNameUnknown(@Nullable Throwable cause) {
    return cause instanceof KafkaException
        && cause.getCause() instanceof ConfigException wrong
        && String.valueOf(wrong.getMessage()).startsWith("No resolvable bootstrap urls");
  }

  /** Whether nobody answered, or the name is not known yet, so that it may help to ask again. */
  public boolean isSilence() {
    return isSilence(getCause()) || isNameUnknown(getCause());
  }

  /** The same, or, where who asks may make no topics, that somebody else is to make these. */
  LogUnreachable orMissing(List<TopicSpec> topics) {
    return getCause() instanceof AuthorizationException
        ? new LogUnreachable(
            "the log lacks topics, and this process may make none; as an administrator,"
                + " ./postbus topics --apply makes them: "
                + topics.stream().map(TopicSpec::name).collect(Collectors.joining(", ")),
            getCause())
        : this;
  }

  /** Of a connection that is refused, Kafka says only that; why is what it was caused by. */
  private static String reasons(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = String.valueOf(failure.getMessage());
    String why = String.valueOf(root.getMessage());
    return said.contains(why) ? said : said + ": " + why;
  }
}
