package postbus.dns;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TSIG;

/**
 * Lets no server be asked for whom nobody waits any more: neither again, nor the next one, nor for
 * the name behind an alias. What a server was asked before goes on until its own time limit.
 */
final class QuestionDeadlines {
  // A message is equal to itself alone.
  private final Map<Message, Long> deadlines = new ConcurrentHashMap<>();

  private interface Sending {
    CompletionStage<Message> send(Message query, Executor executor);
  }

  /**
   * For one question, and those that follow from it.
   *
   * @param deadline as System.nanoTime counts
   * @param servers whom {@link #heeding} wraps, all together
   */
  Resolver until(long deadline, Resolver servers) {
    return new Through((query, executor) -> {
      deadlines.put(query, deadline);
      try {
        return servers.sendAsync(query, executor).whenComplete((_, _) -> deadlines.remove(query));
      } catch (RuntimeException e) {
        deadlines.remove(query);
        throw e;
      }
    });
  }

  /** A server that is asked as long as somebody waits. */
  Resolver heeding(Resolver server) {
    return new Through((query, executor) -> {
      Long deadline = deadlines.get(query);
      return deadline != null && System.nanoTime() - deadline > 0
          ? CompletableFuture.failedFuture(new IOException("nobody waits for it any more"))
          : server.sendAsync(query, executor);
    });
  }

  /** Has no settings: those of what is behind it count. */
  private record Through(Sending sending) implements Resolver {
    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
      return sending.send(query, executor);
    }

    @Override
    public void setPort(int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setTCP(boolean flag) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setIgnoreTruncation(boolean flag) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setTSIGKey(TSIG key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setTimeout(Duration timeout) {
      throw new UnsupportedOperationException();
    }
  }
}
