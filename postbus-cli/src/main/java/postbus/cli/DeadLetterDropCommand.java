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
import postbus.log.Operator;

/** Marks dead letters as done with; they stay in the log. */
@Command(
    name = "drop",
    description = {
      "Mark dead letters with which nothing more is to be done; they can still be shown.",
      "Exit status 1 when one of them was refused."
    })
final class DeadLetterDropCommand implements Callable<Integer> {
  private static final int WHY_MAX = 500;

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Letters, or their mails.")
  private List<String> ids = List.of();

  @Option(
      names = "--why",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those who come later.")
  private String why = "";

  @Mixin private LogAddress log = new LogAddress();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var line = Objects.requireNonNull(spec).commandLine();
    if (why.isBlank() || why.length() > WHY_MAX) {
      throw new ParameterException(
          line, "--why needs a text of at most " + WHY_MAX + " characters");
    }
    LetterOptions.checkIds(line, ids);
    Operator operator = new Operator(LetterOptions.user(), false);
    return new LetterTask(line, log.find(), "dropped")
        .each(
            ids,
            false,
            new Rate(Rate.MAX),
            _ -> (letter, mark) -> operator.drop(letter, mark, why.strip()));
  }
}
