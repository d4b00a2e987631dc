package postbus.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import postbus.accounts.Accounts;
import postbus.dns.DnsExchangers;
import postbus.dns.DnsSettings;
import postbus.mail.AddressVerifier;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.site.InvalidSite;
import postbus.site.LiveFiles;
import postbus.site.Site;
import postbus.site.SiteReader;
import postbus.smtp.Inquiry;
import postbus.testkit.LoopbackDns;

/** The site and the zone that the oracle was asked with, and what the router makes of them. */
record OracleSite(Site site, LiveFiles files, LoopbackDns dns, DnsExchangers exchangers)
    implements AutoCloseable {
  /** The seed's rules on the seed's site. */
  static final Path ORACLE = Path.of("src/test/resources/oracle");

  private static final Pattern MX =
      Pattern.compile("(?m)^mx-host=([^,\\s]+),([^,\\s]+?)\\.?,(\\d+)$");
  private static final Pattern HOST = Pattern.compile("(?m)^host-record=([^,\\s]+),([^,\\s]+)$");

  /** The oracle's site, copied to where a test may edit it. */
  static OracleSite in(Path folder) throws IOException, InvalidSite {
    copy(ORACLE.resolve("site"), folder);
    return at(folder, ORACLE);
  }

  /** The site of a folder like the oracle's; {@code postbus.yaml} is the oracle's. */
  static OracleSite of(Path oracle, Path folder) throws IOException, InvalidSite {
    copy(oracle.resolve("site"), folder);
    Files.copy(
        ORACLE.resolve("site/postbus.yaml"),
        folder.resolve("postbus.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    return at(folder, oracle);
  }

  /** A site as it stands in a folder, with an oracle's zone. */
  static OracleSite at(Path folder, Path oracle) throws IOException, InvalidSite {
    LoopbackDns dns = LoopbackDns.serving(zone(Files.readString(oracle.resolve("dnsmasq.conf"))));
    Site site = SiteReader.read(folder);
    DnsSettings settings =
        DnsSettings.of(site).asking(List.of(dns.address())).within(Duration.ofSeconds(5));
    return new OracleSite(site, new LiveFiles(folder), dns, new DnsExchangers(settings));
  }

  /** Links stay links. */
  static void copy(Path original, Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(original)) {
      for (Path file : all.toList()) {
        Path copy = folder.resolve(original.relativize(file).toString());
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS);
        }
      }
    }
  }

  /** dnsmasq's lines as those of a master file. */
  private static String zone(String dnsmasq) {
    return Stream.concat(
            lines(MX, dnsmasq, mx -> mx.group(1) + ". MX " + mx.group(3) + " " + mx.group(2) + "."),
            lines(HOST, dnsmasq, OracleSite::address))
        .collect(Collectors.joining("\n", "", "\n"))
        .replace(" ..\n", " .\n");
  }

  private static String address(MatchResult host) {
    String type = host.group(2).contains(":") ? ". AAAA " : ". A ";
    return host.group(1) + type + host.group(2);
  }

  private static Stream<String> lines(
      Pattern pattern, String text, Function<MatchResult, String> line) {
    return pattern.matcher(text).results().map(line);
  }

  Router router() {
    return new Router(
        RoutingTable.of(site, sources(OtrsAddresses.at(site, files))), site.delivery());
  }

  AddressVerifier verifier() {
    return TimelyVerifier.of(
        site, sources(OtrsAddresses.at(site, files)), OracleSite::nobodyAnswers);
  }

  /** Whom its routers ask, with these for OTRS. */
  Sources sources(OtrsAddresses queues) {
    return new Sources(files, exchangers, queues, Accounts.of(site));
  }

  private static Inquiry nobodyAnswers(EmailAddress recipient, NextHop servers) {
    return new Inquiry.Silent("192.0.2.0/24 is nowhere");
  }

  /** A mail that came in by a listener. */
  static Envelope mail(String sender, String listener, String... recipients) {
    return Envelope.begin(
        MailId.next(),
        ReversePath.of(sender),
        Stream.of(recipients).map(EmailAddress::of).map(Recipient::of).toList(),
        new Client("127.0.9.1", "client.example", listener, false),
        new Body(1000, false, false, Optional.empty()));
  }

  @Override
  public void close() {
    dns.close();
  }
}
