package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sends mails through a relay with {@code smtp-source} and waits until the sink has as many. A turn
 * in which it has more or fewer fails. The CPU is counted until a moment after the last arrival, so
 * that what a relay does later on is in it.
 */
final class Turns {
  /** For a mail that is doubled to come, and for the relay to finish its work. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final Duration SEND_WAIT = Duration.ofMinutes(5);
  private static final Duration ARRIVE_WAIT = Duration.ofMinutes(5);

  private final Sink sink;
  private final Progress progress;

  Turns(Sink sink, Progress progress) {
    this.sink = sink;
    this.progress = progress;
  }

  Turn run(Relay relay, Load load, int mails) throws IOException {
    int before = sink.mails();
    Optional<Duration> cpuBefore = relay.processes().cpu();
    Path said = Files.createTempFile("postbus-bench", ".txt");
    long begun = System.nanoTime();
    try (Peak peak = new Peak(relay.processes())) {
      Process source =
          new ProcessBuilder(source(relay, load, mails, false))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      Waits.until(SEND_WAIT, () -> !source.isAlive() || shown(before, mails));
      long accepted = awaitAccepted(source, begun, said, relay);
      Waits.until(ARRIVE_WAIT, () -> sink.mails() - before >= mails || shown(before, mails));
      Waits.pause(QUIET);
      check(relay, sink.mails() - before, mails);
      double seconds = (sink.lastNanos() - begun) / 1e9;
      return new Turn(
          mails,
          mails / ((accepted - begun) / 1e9),
          mails / seconds,
          cpuMillis(cpuBefore, relay.processes().cpu(), mails),
          peak.kibibytes() / 1024.0);
    } finally {
      Files.delete(said);
    }
  }

  /** Always false: it is something to do while one waits. */
  private boolean shown(int before, int mails) {
    progress.far("%,d of %,d mails have arrived".formatted(sink.mails() - before, mails));
    return false;
  }

  static List<String> source(Relay relay, Load load, int mails, boolean isNumbered) {
    return source(relay.port(load.way()), load, mails, isNumbered);
  }

  static List<String> source(int port, Load load, int mails, boolean isNumbered) {
    List<String> command = new ArrayList<>();
    command.add(Programs.needed("smtp-source").toString());
    command.addAll(List.of("-s", Integer.toString(load.sessions())));
    command.addAll(List.of("-m", Integer.toString(mails)));
    command.addAll(List.of("-l", Integer.toString(load.octets())));
    command.addAll(List.of("-f", Relay.SENDER, "-t", "user@" + Relay.DOMAIN));
    if (load.isKept()) {
      command.add("-d");
    }
    if (isNumbered) {
      command.add("-N");
    }
    command.add("127.0.0.1:" + port);
    return command;
  }

  private static long awaitAccepted(Process source, long begun, Path said, Relay relay)
      throws IOException {
    boolean hasEnded = Programs.await(source, Duration.ofMillis(1));
    long ended = System.nanoTime();
    if (!hasEnded || source.exitValue() != 0) {
      throw new Unmeasured(
          "%s did not take all mails; after %.1f s smtp-source said: %s%n%s"
              .formatted(
                  relay.name(),
                  (ended - begun) / 1e9,
                  Files.readString(said).strip(),
                  relay.said()));
    }
    return ended;
  }

  private static void check(Relay relay, int arrived, int mails) {
    if (arrived != mails) {
      throw new Unmeasured(
          "%s: of %,d mails %,d arrived (lost or late, or doubled)%n%s"
              .formatted(relay.name(), mails, arrived, relay.said()));
    }
  }

  private static double cpuMillis(Optional<Duration> before, Optional<Duration> now, int mails) {
    return before.isPresent() && now.isPresent()
        ? now.get().minus(before.get()).toNanos() / 1e6 / mails
        : Double.NaN;
  }
}
