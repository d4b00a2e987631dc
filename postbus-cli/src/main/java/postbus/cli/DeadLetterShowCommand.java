package postbus.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows all of one dead letter. */
@Command(
    name = "show",
    description = {
      "Show one dead letter: why it is dead, its envelope, what was edited and done, its header.",
      "Exit status 1 when there is none."
    })
final class DeadLetterShowCommand implements Callable<Integer> {
  @Mixin private LetterLook look = new LetterLook();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    return look.show(Objects.requireNonNull(spec).commandLine(), Shelf.DEAD);
  }
}
