package postbus.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import postbus.accounts.AccountFile;
import postbus.router.AliasReview;
import postbus.site.InvalidSite;
import postbus.site.Site;
import postbus.site.SiteProblem;
import postbus.site.SiteReader;

/** Says all that is wrong with a site, before anything is started on it. */
@Command(
    name = "check",
    description = "Checks a site folder: each mistake with its file, line and what was expected.")
public final class CheckCommand implements Callable<Integer> {

  @Option(
      names = "--site",
      paramLabel = "DIR",
      defaultValue = "${env:POSTBUS_SITE:-site}",
      description = "The site folder (default: ${DEFAULT-VALUE}).")
  private Path site = Path.of("site");

  @Option(
      names = "--elsewhere",
      description =
          "The site is another machine's: do not look for the addresses and keys of pools.")
  private boolean elsewhere;

  @Spec private @Nullable CommandSpec spec;

  /** 0 if the site is good, perhaps with warnings; 1 if not. */
  @Override
  public Integer call() {
    PrintWriter out = spec().commandLine().getOut();
    try {
      Site read = elsewhere ? SiteReader.read(site) : SiteReader.readHere(site);
      AliasReview.Findings aliases = AliasReview.of(read);
      List<SiteProblem> warnings = new ArrayList<>(SiteReader.warnings(read));
      warnings.addAll(AccountFile.warnings(read));
      warnings.addAll(aliases.warnings());
      warnings.forEach(warning -> out.println("warning: " + warning));
      aliases.mistakes().forEach(out::println);
      if (!aliases.mistakes().isEmpty()) {
        return Postbus.FAILED;
      }
      out.println("site " + site + " is good" + count(warnings.size()));
      return 0;
    } catch (InvalidSite e) {
      e.problems().forEach(out::println);
      return Postbus.FAILED;
    }
  }

  private static String count(int warnings) {
    return switch (warnings) {
      case 0 -> "";
      case 1 -> ", 1 warning";
      default -> ", " + warnings + " warnings";
    };
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }
}
