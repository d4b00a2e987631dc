package postbus.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows dead letters. */
@Command(
    name = "list",
    description = {
      "Show dead letters, stage by stage, the oldest first.",
      "Exit status 1 when there is none."
    })
final class DeadLetterListCommand implements Callable<Integer> {
  @Mixin private LetterStage stage = new LetterStage();

  @Mixin private LetterList list = new LetterList();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    return list.print(
        Objects.requireNonNull(spec).commandLine(),
        Shelf.DEAD,
        stage::of,
        LetterText.headings(),
        (letter, mark, _) -> LetterText.row(letter, mark));
  }
}
