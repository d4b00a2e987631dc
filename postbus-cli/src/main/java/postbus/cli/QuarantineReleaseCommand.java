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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import postbus.log.ContentLease;
import postbus.log.Destinations;
import postbus.log.Operator;

/** Lets mails go on from quarantine. */
@Command(
    name = "release",
    description = {
      "Let mails go on from quarantine. They are not judged again; their time begins anew. If they",
      "cannot be delivered, their sender is not told: they become dead letters.",
      "Exit status 1 when one of them was refused."
    })
final class QuarantineReleaseCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "ID", description = "Mails, or their places here.")
  private List<String> ids = List.of();

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description = "To him instead of the recipients; may be given several times.")
  private List<String> to = List.of();

  @Option(names = "--dry-run", description = "Only tell what would be done.")
  private boolean dryRun;

  @Option(names = "--again", description = "Also those that were released or dropped before.")
  private boolean again;

  @Mixin private LogAddress log = new LogAddress();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var line = Objects.requireNonNull(spec).commandLine();
    LetterOptions.checkIds(line, Shelf.QUARANTINE, ids);
    Operator operator = new Operator(LetterOptions.user(), again);
    ContentLease lease = dryRun ? log.contents().looking() : log.contents().extending();
    return new LetterTask(line, Shelf.QUARANTINE, log.find(), "released")
        .each(
            ids,
            dryRun,
            new Rate(Rate.MAX),
            read -> {
              Destinations destinations = new Destinations(read.topics(), lease);
              return (letter, mark) -> operator.release(letter, mark, destinations, to);
            });
  }
}
