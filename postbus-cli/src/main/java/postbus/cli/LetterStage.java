package postbus.cli;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import postbus.log.Letters;

/** Whose dead letters a command is about. */
final class LetterStage {
  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Only those of this stage: policy, router, local or a pool.")
  private @Nullable String stage;

  boolean isGiven() {
    return stage != null;
  }

  /** The stage that is wanted, or all. */
  List<String> of(Letters letters) throws IOException {
    List<String> stages = Shelf.DEAD.stages(letters);
    if (stage == null) {
      return stages;
    }
    if (!stages.contains(stage)) {
      throw new IOException(
          "no stage " + stage + " has dead letters; there are " + String.join(", ", stages));
    }
    return List.of(stage);
  }
}
