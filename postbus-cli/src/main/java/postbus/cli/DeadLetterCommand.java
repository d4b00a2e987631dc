package postbus.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What stages gave up: look at it, mend it, send it back, or let it be. */
@Command(
    name = "dead-letter",
    description = {
      "Look after what a stage could not digest, and mails whose failure nobody could be told.",
      "An ID is that of a letter, such as normal:0:17, or that of a mail of which there is one."
    },
    subcommands = {
      DeadLetterListCommand.class,
      DeadLetterShowCommand.class,
      DeadLetterReplayCommand.class,
      DeadLetterDropCommand.class,
      DeadLetterEditCommand.class,
    })
final class DeadLetterCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "list, show, replay, drop or edit?");
  }
}
