package postbus.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import postbus.log.Operator;

/** Marks letters as done with; they stay in the log. */
final class LetterDrop {
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

  /** Status 1 when one of them was refused. */
  int drop(CommandLine line, Shelf shelf) throws IOException {
    if (why.isBlank() || why.length() > WHY_MAX) {
      throw new ParameterException(
          line, "--why needs a text of at most " + WHY_MAX + " characters");
    }
    LetterOptions.checkIds(line, shelf, ids);
    Operator operator = new Operator(LetterOptions.user(), false);
    return new LetterTask(line, shelf, log.find(), "dropped")
        .each(
            ids,
            false,
            new Rate(Rate.MAX),
            _ -> (letter, mark) -> operator.drop(letter, mark, why.strip()));
  }
}
