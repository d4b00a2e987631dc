package postbus.cli;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import postbus.log.LetterEdit;
import postbus.log.Operator;

/** Changes the envelope with which a dead letter is replayed; the letter stays as it is. */
@Command(
    name = "edit",
    description = {
      "Change recipients or sender of a dead letter before it is replayed.",
      "The letter itself stays as it is; show tells both. Exit status 1 when it was refused."
    })
final class DeadLetterEditCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "A letter, or its mail.")
  private String id = "";

  @Option(
      names = "--recipient",
      paramLabel = "OLD=NEW",
      description = "A recipient of the letter, and who is to get it instead.")
  private List<String> recipients = List.of();

  @Option(names = "--sender", paramLabel = "ADDRESS", description = "The sender; <> for none.")
  private @Nullable String sender;

  @Mixin private LogAddress log = new LogAddress();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var line = Objects.requireNonNull(spec).commandLine();
    if (recipients.isEmpty() && sender == null) {
      throw new ParameterException(line, "--recipient OLD=NEW, or --sender ADDRESS");
    }
    LetterOptions.checkIds(line, Shelf.DEAD, List.of(id));
    Operator operator = new Operator(LetterOptions.user(), false);
    LetterEdit edit = new LetterEdit(recipients, sender);
    return new LetterTask(line, Shelf.DEAD, log.find(), "edited")
        .each(
            List.of(id),
            false,
            new Rate(Rate.MAX),
            _ -> (letter, mark) -> operator.edit(letter, mark, edit));
  }
}
