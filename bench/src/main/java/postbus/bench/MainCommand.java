package postbus.bench;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** A measurement with a main method of its own, by a name of the command line. */
@Command
final class MainCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "ARGUMENT")
  private List<String> arguments = List.of();

  private final Main main;

  private MainCommand(Main main) {
    this.main = main;
  }

  /** Ends the process, or returns. */
  @FunctionalInterface
  interface Main {
    void run(String[] arguments) throws Exception;
  }

  static void add(CommandLine line, String name, String description, Main main) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new MainCommand(main));
    spec.usageMessage().description(description);
    line.addSubcommand(name, spec);
  }

  @Override
  public Integer call() throws Exception {
    main.run(arguments.toArray(String[]::new));
    return 0;
  }
}
