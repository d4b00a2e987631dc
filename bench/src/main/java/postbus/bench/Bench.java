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
      LatencyCommand.class,
      BacklogCommand.class,
      DoorCommand.class,
      StageCommand.class,
      StartCommand.class,
      MailboxesCommand.class,
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT)
public final class Bench implements Runnable {
  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The whole command line, ready to be executed. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Bench());
    MainCommand.add(
        line, "healthy", "A healthy site among sick ones: MAILS ROUNDS.", HealthyAmongSick::main);
    MainCommand.add(line, "queue", "What waits, in one deliverer: WAITING...", QueueCost::main);
    MainCommand.add(line, "recorded", "When an outcome is recorded.", Recorded::main);
    MainCommand.add(line, "lane", "One lane, several deliverers: ROUNDS.", LaneRate::main);
    MainCommand.add(line, "cpu", "A deliverer's CPU for each mail: ROUNDS.", CpuPerMail::main);
    MainCommand.add(
        line, "jmh", "Single parts, by JMH: a part of a name.", org.openjdk.jmh.Main::main);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, command, _) -> report(failure, command));
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
