package postbus.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import postbus.site.InvalidSite;
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

  @Spec private @Nullable CommandSpec spec;

  /** 0 if the site is good, 1 if not. */
  @Override
  public Integer call() {
    PrintWriter out = spec().commandLine().getOut();
    try {
      SiteReader.readHere(site);
      out.println("site " + site + " is good");
      return 0;
    } catch (InvalidSite e) {
      e.problems().forEach(out::println);
      return 1;
    }
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }
}
