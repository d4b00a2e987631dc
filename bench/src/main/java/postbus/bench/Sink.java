package postbus.bench;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Postfix's {@code smtp-sink}: takes every mail, throws it away, and counts. That it counts as many
 * as were sent does not say that they are the same; {@link EachOnce} does.
 */
final class Sink implements AutoCloseable {
  private static final Duration START_WAIT = Duration.ofSeconds(10);

  private final Process process;
  private final AtomicInteger mails = new AtomicInteger();
  private volatile long lastNanos = System.nanoTime();

  private Sink(Process process) {
    this.process = process;
  }

  static Sink start(int port) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Programs.needed("smtp-sink").toString(), "-c", "-m", "1000"));
    if (Programs.areWeRoot()) {
      command.addAll(List.of("-u", "nobody"));
    }
    command.addAll(List.of("127.0.0.1:" + port, "2000"));
    Sink sink = new Sink(new ProcessBuilder(command).redirectErrorStream(true).start());
    Thread.ofPlatform().daemon().start(sink::count);
    if (!Connections.isAccepted(port, START_WAIT)) {
      sink.close();
      throw new Unmeasured("smtp-sink does not listen on port " + port);
    }
    return sink;
  }

  private void count() {
    byte[] block = new byte[1 << 16];
    SinkCounter counter = new SinkCounter();
    try (InputStream in = process.getInputStream()) {
      for (int octets = in.read(block); octets >= 0; octets = in.read(block)) {
        int seen = counter.after(block, octets);
        if (seen != mails.get()) {
          lastNanos = System.nanoTime();
          mails.set(seen);
        }
      }
    } catch (IOException e) {
      // It has ended; the counter stays where it is.
    }
  }

  /** That have come so far. */
  int mails() {
    return mails.get();
  }

  /** When the last one that is counted came, as {@link System#nanoTime}. */
  long lastNanos() {
    return lastNanos;
  }

  @Override
  public void close() {
    process.destroy();
    Programs.await(process, START_WAIT);
  }
}
