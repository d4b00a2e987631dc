package postbus.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import postbus.site.InvalidSite;
import postbus.site.SiteReader;

/** Shows what is in quarantine. */
@Command(
    name = "list",
    description = {
      "Show mails in quarantine, the oldest first. UNTIL is when one that nobody has looked after",
      "is dropped. CONTENT is where the content lies: in the log, or beside it until that time.",
      "Exit status 1 when there is none."
    })
final class QuarantineListCommand implements Callable<Integer> {
  @Mixin private LetterList list = new LetterList();

  @Option(
      names = "--site",
      paramLabel = "DIR",
      defaultValue = "${env:POSTBUS_SITE:-site}",
      description = "The site folder, which says for how long (default: ${DEFAULT-VALUE}).")
  private Path site = Path.of("site");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Optional<Duration> keep = keep();
    return list.print(
        Objects.requireNonNull(spec).commandLine(),
        Shelf.QUARANTINE,
        Shelf.QUARANTINE::stages,
        LetterText.heldHeadings(),
        (letter, mark, content) ->
            LetterText.heldRow(letter, mark, keep.map(letter.at()::plus), content));
  }

  /** Empty where there is no site, as on a machine that only has the log. */
  private Optional<Duration> keep() {
    try {
      return Optional.of(SiteReader.readSettings(site).quarantine().keep());
    } catch (InvalidSite notHere) {
      return Optional.empty();
    }
  }
}
