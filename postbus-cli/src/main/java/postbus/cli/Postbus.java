package postbus.cli;

import java.io.IOException;
import java.util.Objects;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import postbus.site.InvalidSite;

/**
 * The operators' command line. Exit status 0: it is so, or it is done; 1: it is not, or it failed,
 * with a line on standard error that says why; 2: the command was not understood.
 */
@Command(
    name = "postbus",
    description = "Find out what happened to a mail, and look after the log.",
    subcommands = {
      CheckCommand.class,
      RouteCommand.class,
      SendCommand.class,
      TraceCommand.class,
      TopicsCommand.class,
      StatusCommand.class,
      QueueCommand.class,
      DeadLetterCommand.class,
      QuarantineCommand.class,
      AccountCommand.class,
      FromEximCommand.class,
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Postbus.Version.class)
public final class Postbus implements Runnable {
  static final int FAILED = 1;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  public static void main(String[] args) {
    // What libraries log is for servers; an operator sees the command's own lines.
    LogManager.getLogManager().reset();
    System.exit(commandLine().execute(args));
  }

  /** The whole command line, ready to be executed. */
  public static CommandLine commandLine() {
    return new CommandLine(new Postbus())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, line, parsed) -> report(failure, line));
  }

  private static int report(Exception failure, CommandLine line) {
    switch (failure) {
      // The text of these two says all; of another one, its kind helps too.
      case InvalidSite invalid -> line.getErr().println(invalid.getMessage());
      case IOException said -> line.getErr().println(said.getMessage());
      default -> line.getErr().println("failed: " + failure);
    }
    line.getErr().flush();
    return FAILED;
  }

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "which command?");
  }

  /** As the jar's manifest says. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Postbus.class.getPackage().getImplementationVersion();
      return new String[] {"postbus " + (version == null ? "(not packaged)" : version)};
    }
  }
}
