package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import postbus.log.LogUnreachable;
import postbus.site.InvalidSite;
import postbus.site.Site;
import postbus.site.SiteProblem;
import postbus.site.SiteReader;

/** The first look: what takes mail, what works on it, what waits where, what is wrong. */
@Command(
    name = "status",
    description = {
      "Show at one look what takes mail, what works on it, what waits where, and what is wrong.",
      "Exit status 1 when anything is wrong."
    })
final class StatusCommand implements Callable<Integer> {
  /** For a listener, for each of its replies, and for the disk. */
  private static final Duration LISTENER_WAIT = Duration.ofSeconds(2);

  @Mixin private LogAddress log = new LogAddress();

  @Option(
      names = "--site",
      paramLabel = "DIR",
      defaultValue = "${env:POSTBUS_SITE:-site}",
      description = "The site folder (default: ${DEFAULT-VALUE}).")
  private Path site = Path.of("site");

  @Option(names = "--json", description = "One JSON object, for programs.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InvalidSite {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Site settings = SiteReader.read(site);
    Status status = status(settings);
    List<String> findings = new ArrayList<>(Findings.of(status));
    new DiskCheck(LISTENER_WAIT)
        .of(log.data(), settings.sessions().diskFreeMin())
        .ifPresent(findings::add);
    SiteReader.certificateWarning(settings).map(SiteProblem::toString).ifPresent(findings::add);
    new MailboxCheck(LISTENER_WAIT).of(settings).ifPresent(findings::add);
    if (json) {
      out.println(StatusJson.of(status, findings));
    } else {
      StatusText.print(status, findings, out);
    }
    out.flush();
    return findings.isEmpty() ? 0 : Postbus.FAILED;
  }

  private Status status(Site settings) throws IOException, InvalidSite {
    List<Status.Listener> listeners = new ListenerCheck(LISTENER_WAIT).of(settings);
    try (StatusReading reading = new StatusReading(log.find(), LogAddress.WAIT)) {
      return reading.read(site, settings, listeners);
    } catch (LogUnreachable unreachable) {
      String why = String.valueOf(unreachable.getMessage());
      return Status.withoutLog(Instant.now(), why, listeners);
    }
  }
}
