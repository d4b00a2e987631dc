package postbus.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import postbus.log.Letter;
import postbus.log.Letters;
import postbus.mail.Envelope;

/** Which letters a command is about. Texts are looked for in whatever case. */
final class LetterFilter {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "Only those that are not older, such as 90s, 30m, 1h, 2d.")
  private @Nullable Duration since;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only those whose reason holds this text, in whatever case.")
  private String reason = "";

  @Option(
      names = "--sender",
      paramLabel = "TEXT",
      description = "Only those whose sender holds this text; <> for those that have none.")
  private String sender = "";

  @Option(
      names = "--recipient",
      paramLabel = "TEXT",
      description = "Only those of which a recipient holds this text.")
  private String recipient = "";

  boolean isAnyGiven() {
    return since != null || !(reason + sender + recipient).isEmpty();
  }

  /** Hands on the letters that are wanted, stage by stage. */
  void read(Letters letters, List<String> stages, Letters.Reader reader) throws IOException {
    Instant start = since == null ? Instant.EPOCH : Instant.now().minus(since);
    for (String stage : stages) {
      letters.read(
          stage,
          start,
          letter -> {
            if (isWanted(letter)) {
              reader.take(letter);
            }
          });
    }
  }

  private boolean isWanted(Letter letter) {
    return holds(letter.reason(), reason)
        && (sender.isEmpty() && recipient.isEmpty()
            || letter.envelope().filter(this::isOfThem).isPresent());
  }

  private boolean isOfThem(Envelope envelope) {
    return holds(envelope.reversePath().toString(), sender)
        && envelope.recipients().stream()
            .flatMap(to -> Stream.of(to.address(), to.original()))
            .anyMatch(address -> holds(address.toString(), recipient));
  }

  private static boolean holds(String text, String wanted) {
    return text.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
  }
}
