package postbus.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What policy held back: look at it, let it go, or let it be. */
@Command(
    name = "quarantine",
    description = {
      "Look after mails that policy held back after their client had heard that they were taken.",
      "An ID is its place, such as quarantine:0:17, or that of the mail."
    },
    subcommands = {
      QuarantineListCommand.class,
      QuarantineShowCommand.class,
      QuarantineReleaseCommand.class,
      QuarantineDropCommand.class,
    })
final class QuarantineCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "list, show, release or drop?");
  }
}
