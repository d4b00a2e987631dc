package postbus.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Marks dead letters as done with. */
@Command(
    name = "drop",
    description = {
      "Mark dead letters with which nothing more is to be done; they can still be shown.",
      "Exit status 1 when one of them was refused."
    })
final class DeadLetterDropCommand implements Callable<Integer> {
  @Mixin private LetterDrop drop = new LetterDrop();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    return drop.drop(Objects.requireNonNull(spec).commandLine(), Shelf.DEAD);
  }
}
