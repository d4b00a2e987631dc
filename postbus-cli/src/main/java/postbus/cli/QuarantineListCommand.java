package postbus.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what is in quarantine. */
@Command(
    name = "list",
    description = {
      "Show mails in quarantine, the oldest first. CONTENT is where the content lies: in the log,",
      "or beside it until that time; then only its envelope is left, unless it is released before.",
      "Exit status 1 when there is none."
    })
final class QuarantineListCommand implements Callable<Integer> {
  @Mixin private LetterList list = new LetterList();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    return list.print(
        Objects.requireNonNull(spec).commandLine(),
        Shelf.QUARANTINE,
        Shelf.QUARANTINE::stages,
        LetterText.heldHeadings(),
        LetterText::heldRow);
  }
}
