package postbus.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import postbus.log.DeadLetter;
import postbus.log.DeadLetters;

/** Which dead letters a command is about. */
final class LetterFilter {
  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Only those of this stage: policy, router, local or a pool.")
  private @Nullable String stage;

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
  private @Nullable String reason;

  boolean isStageGiven() {
    return stage != null;
  }

  boolean isAnyGiven() {
    return stage != null || since != null || reason != null;
  }

  /** Hands on the letters that are wanted, stage by stage. */
  void read(DeadLetters letters, DeadLetters.Reader reader) throws IOException {
    List<String> stages = letters.stages();
    if (stage != null && !stages.contains(stage)) {
      throw new IOException(
          "no stage " + stage + " has dead letters; there are " + String.join(", ", stages));
    }
    Instant start = since == null ? Instant.EPOCH : Instant.now().minus(since);
    for (String each : stage == null ? stages : List.of(stage)) {
      letters.read(
          each,
          start,
          letter -> {
            if (isWanted(letter)) {
              reader.take(letter);
            }
          });
    }
  }

  private boolean isWanted(DeadLetter letter) {
    return reason == null
        || letter.reason().toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT));
  }
}
