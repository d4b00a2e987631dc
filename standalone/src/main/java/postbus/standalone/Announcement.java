package postbus.standalone;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import postbus.log.LogSettings;
import postbus.process.Lifecycle;
import postbus.process.ProcessSettings;
import postbus.site.ListenerTls;
import postbus.site.MailboxRules;
import postbus.site.Site;

/** Waits until a mail goes through, says so with a table of what is where, and lets it run. */
class Announcement implements QuarkusApplication {
  @Inject Lifecycle lifecycle;
  @Inject Site site;
  @Inject ProcessSettings settings;
  @Inject LogSettings log;

  @Override
  public int run(String... args) {
    Thread.ofVirtual().name("announcement").start(this::announce);
    Quarkus.waitForExit();
    return 0;
  }

  private void announce() {
    boolean ready = lifecycle.awaitReady(Lifecycle.READY_WAIT);
    Training training = Training.prepared();
    if (ready && training != null) {
      training.run();
      Quarkus.asyncExit(0);
    } else if (ready) {
      print(System.out);
    } else {
      System.err.println("postbus: these are still not ready: " + lifecycle.notReady());
      Quarkus.asyncExit(1);
    }
  }

  private void print(PrintStream out) {
    StringBuilder table = new StringBuilder("postbus is ready\n");
    for (Site.Listener listener : site.listeners().values()) {
      row(table, "smtp " + listener.name(), address(listener), purpose(listener));
    }
    row(table, "kafka", log.bootstrapServers(), "the log: every mail, record by record");
    row(table, "metrics", metrics(), "for Prometheus; docs/metrics.md");
    for (Site.Pool pool : site.pools().values()) {
      row(
          table,
          "pool " + pool.name(),
          pool.sources().stream()
              .distinct()
              .map(InetAddress::getHostAddress)
              .collect(Collectors.joining(", ")),
          "leaves as " + pool.helo());
    }
    site.routing()
        .smartHost()
        .ifPresent(host -> row(table, "smart host", host.toString(), "takes all outside mail"));
    row(table, "site", absolute(settings.site()), "settings, aliases, lists, accounts");
    switch (site.mailboxes().way()) {
      case MailboxRules.Maildir() ->
          row(table, "mailboxes", absolute(settings.data().resolve("mail")), "Maildirs");
      case MailboxRules.Lmtp lmtp ->
          row(table, "mailboxes", lmtp.place().toString(), "takes their mail over LMTP");
      case MailboxRules.Lda lda ->
          row(table, "mailboxes", lda.program().toString(), "is run for each mail of theirs");
    }
    row(table, "data", absolute(settings.data()), "all that is kept");
    out.print(table);
    out.flush();
  }

  private static void row(StringBuilder table, String what, String where, String purpose) {
    table.append(String.format("  %-16s %-24s %s%n", what, where, purpose));
  }

  private static String purpose(Site.Listener listener) {
    String spoken =
        switch (listener.tls().map(ListenerTls::use).orElse(null)) {
          case null -> "clear text";
          case OFFERED -> "STARTTLS offered";
          case REQUIRED -> "STARTTLS required";
          case IMPLICIT -> "TLS";
        };
    return listener.purpose().isEmpty() ? spoken : spoken + "; " + listener.purpose();
  }

  private static String address(Site.Listener listener) {
    return listener.address().getAddress().getHostAddress() + ":" + listener.address().getPort();
  }

  /** The port is that which was found free, if any was asked for. */
  private static String metrics() {
    Config config = ConfigProvider.getConfig();
    return config.getValue("quarkus.management.host", String.class)
        + ":"
        + config.getValue("quarkus.management.port", String.class)
        + "/metrics";
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
