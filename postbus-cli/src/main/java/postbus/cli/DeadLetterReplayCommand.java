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
import postbus.log.ContentLease;
import postbus.log.Destinations;
import postbus.log.Operator;

/** Sends dead letters back to where they failed. */
@Command(
    name = "replay",
    description = {
      "Send dead letters back to where they failed, as they were edited; their time begins anew.",
      "Exit status 1 when one of them was refused, or there was none."
    })
final class DeadLetterReplayCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "ID", description = "Letters, or their mails.")
  private List<String> ids = List.of();

  @Option(
      names = "--all",
      description = "All of --stage with which nothing has been done, as the other options say.")
  private boolean all;

  @Mixin private LetterStage stage = new LetterStage();

  @Mixin private LetterFilter filter = new LetterFilter();

  @Option(names = "--dry-run", description = "Only tell what would be done.")
  private boolean dryRun;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      defaultValue = "1000/s",
      converter = Rate.Reader.class,
      description = "No faster than so many a second, to 10000/s (default: ${DEFAULT-VALUE}).")
  private Rate rate = new Rate(1000);

  @Option(names = "--again", description = "Also those that were replayed or dropped before.")
  private boolean again;

  @Mixin private LogAddress log = new LogAddress();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var line = Objects.requireNonNull(spec).commandLine();
    if (all == !ids.isEmpty()) {
      throw new ParameterException(line, "either ids, or --all with --stage");
    }
    if (all && (!stage.isGiven() || again)) {
      throw new ParameterException(line, "--all needs --stage, and does not go with --again");
    }
    if (!all && (stage.isGiven() || filter.isAnyGiven())) {
      throw new ParameterException(
          line, "--stage, --since, --reason, --sender and --recipient go with --all");
    }
    LetterOptions.checkIds(line, Shelf.DEAD, ids);
    Operator operator = new Operator(LetterOptions.user(), again);
    ContentLease lease = dryRun ? log.contents().looking() : log.contents().extending();
    LetterTask letters = new LetterTask(line, Shelf.DEAD, log.find(), "replayed");
    LetterTask.Wishing wishing =
        read -> {
          Destinations destinations = new Destinations(read.topics(), lease);
          return (letter, mark) -> operator.replay(letter, mark, destinations);
        };
    return all
        ? letters.all(stage, filter, dryRun, rate, wishing)
        : letters.each(ids, dryRun, rate, wishing);
  }
}
