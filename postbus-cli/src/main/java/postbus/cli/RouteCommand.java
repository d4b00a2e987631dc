package postbus.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import postbus.mail.EmailAddress;
import postbus.mail.ReversePath;
import postbus.router.Answer;
import postbus.router.RouteFinder;
import postbus.site.InvalidSite;
import postbus.site.LiveFiles;
import postbus.site.RoutingRules.WikiMail;
import postbus.site.Site;
import postbus.site.SiteReader;

/**
 * Says what would become of mail for some addresses, by the rules of the running router; no mail is
 * sent, and nothing needs to run. A mistake in {@code postbus.yaml} ends it; what is wrong in the
 * other files concerns only the addresses that need them, as in the running router.
 */
@Command(
    name = "route",
    description = {
      "Say where mail for each address would go, by which rule, through which redirects.",
      "Exit status 0 also for addresses that no mail can reach."
    })
final class RouteCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "ADDRESS",
      description = "Without a domain: at this host. None, or -: one a line on standard input.")
  private List<String> addresses = List.of();

  @Option(
      names = "--site",
      paramLabel = "DIR",
      defaultValue = "${env:POSTBUS_SITE:-site}",
      description = "The site folder (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("site");

  @Option(
      names = "--from",
      paramLabel = "SENDER",
      defaultValue = "<>",
      description = "The sender (default: ${DEFAULT-VALUE}, none).")
  private String from = "<>";

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description = "Where the mail came in (default: the first that is not for wiki mail).")
  private @Nullable String listener;

  @Option(
      names = "--dns",
      split = ",",
      paramLabel = "HOST:PORT",
      converter = NameServer.class,
      description = "Name servers to ask instead of the site's.")
  private List<InetSocketAddress> nameServers = List.of();

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InvalidSite {
    ReversePath sender = sender();
    Site written = SiteReader.readSettings(folder);
    Site site = nameServers.isEmpty() ? written : written.asking(nameServers);
    Optional<String> door = door(site);
    if (door.isEmpty()) {
      err().println("no listener " + listener + "; the site has: " + names(site));
      return Postbus.FAILED;
    }
    try (Warnings _ = new Warnings(err());
        RouteFinder finder = RouteFinder.of(site, new LiveFiles(site.folder()))) {
      new InOrder<String, Answer>(asked -> finder.find(asked, sender, door.get()), this::print)
          .run(asked());
    }
    return 0;
  }

  private InOrder.Source<String> asked() {
    if (!addresses.isEmpty() && !addresses.equals(List.of("-"))) {
      return InOrder.Source.of(addresses);
    }
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    return () -> {
      String line = lines.readLine();
      while (line != null && line.isBlank()) {
        line = lines.readLine();
      }
      return Optional.ofNullable(line).map(String::strip);
    };
  }

  private boolean print(Answer answer) {
    PrintWriter out = spec().commandLine().getOut();
    if (json) {
      out.println(RouteJson.of(answer));
    } else {
      RouteText.of(answer).forEach(out::println);
    }
    return !out.checkError(); // It flushes, and a reader that has gone needs no more answers.
  }

  /** The name of the listener; empty if there is none such. */
  private Optional<String> door(Site site) {
    if (listener != null) {
      return Optional.of(listener).filter(site.listeners()::containsKey);
    }
    String wikiMail = site.routing().wikiMail().map(WikiMail::listener).orElse("");
    return Optional.of(
        site.listeners().keySet().stream()
            .filter(name -> !name.equals(wikiMail))
            .findFirst()
            .orElse(""));
  }

  private static String names(Site site) {
    return String.join(", ", site.listeners().keySet());
  }

  private ReversePath sender() {
    String bare =
        from.startsWith("<") && from.endsWith(">") ? from.substring(1, from.length() - 1) : from;
    return bare.isEmpty()
        ? new ReversePath.Null()
        : EmailAddress.parse(bare)
            .<ReversePath>map(ReversePath.Address::new)
            .orElseThrow(() ->
                new ParameterException(
                    spec().commandLine(), "expected local-part@domain or <>, found " + from));
  }

  private PrintWriter err() {
    return spec().commandLine().getErr();
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }
}
