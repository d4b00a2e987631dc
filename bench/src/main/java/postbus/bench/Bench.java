package postbus.bench;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line of all measurements, each a class of its own that says what it measures, how,
 * and what that cannot tell. Exit status 0: measured; 1: it failed, or a mail was lost or doubled;
 * 2: the command was not understood.
 */
@Command(
    name = "bench",
    description = "Measure Postbus on this machine.",
    subcommands = {
      RelayCommand.class,
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT)
public final class Bench implements Runnable {
  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  private Bench() {}

  public static void main(String[] arguments) {
    CommandLine line =
        new CommandLine(new Bench())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((failure, command, _) -> report(failure, command));
    System.exit(line.execute(arguments));
  }

  private static int report(Exception failure, CommandLine command) {
    switch (failure) {
      // Their texts say all; of another one, where it was helps too.
      case IOException said -> command.getErr().println("bench: " + said.getMessage());
      case Unmeasured said -> command.getErr().println("bench: " + said.getMessage());
      default -> failure.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return 1;
  }

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "measure what?");
  }
}
