package postbus.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.dns.DnsExchangers;
import postbus.dns.DnsSettings;
import postbus.dns.MailExchangers;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.site.InvalidSite;
import postbus.site.LiveFiles;
import postbus.site.Site;
import postbus.site.SiteReader;
import postbus.testkit.LoopbackDns;

/** The site and the zone that the oracle was asked with, and what the router makes of them. */
record OracleSite(Site site, LiveFiles files, LoopbackDns dns, MailExchangers exchangers)
    implements AutoCloseable {
  private static final String ZONE =
      """
      example.org.               MX 10 mx1.example.org.
      example.org.               MX 20 mx2.example.org.
      example.net.               MX 10 mx.example.net.
      lists.wikimedia.org.       MX 10 lily.wikimedia.org.
      ticket.wikimedia.org.      MX 10 otrs.wikimedia.org.
      primary-here.org.          MX 10 mchenry.wikimedia.org.
      primary-here.org.          MX 50 lily.wikimedia.org.
      secondary-here.org.        MX 10 elsewhere.example.org.
      secondary-here.org.        MX 50 mchenry.wikimedia.org.
      mx1.example.org.           A 192.0.2.1
      mx2.example.org.           A 192.0.2.2
      mx.example.net.            A 192.0.2.3
      lily.wikimedia.org.        A 66.230.200.30
      otrs.wikimedia.org.        A 66.230.200.31
      elsewhere.example.org.     A 192.0.2.9
      mchenry.wikimedia.org.     A 66.230.200.216
      aonly.example.com.         A 192.0.2.77
      nullmx.example.com.        MX 0 .
      broken.example.com.        MX 10 nohost.example.com.
      """;

  /** A copy in the folder, where a test may edit it. */
  static OracleSite in(Path folder) throws IOException, InvalidSite {
    Path original = resource("site");
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(original.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, Files.readString(file).replace("@SITE@", folder.toString()));
      }
    }
    Files.createSymbolicLink(folder.resolve("aliases/wiktionary.org"), Path.of("wikimedia.org"));
    LoopbackDns dns = LoopbackDns.serving(ZONE);
    DnsSettings settings =
        DnsSettings.DEFAULT.asking(List.of(dns.address())).within(Duration.ofSeconds(5));
    return new OracleSite(
        SiteReader.read(folder), new LiveFiles(folder), dns, new DnsExchangers(settings));
  }

  /** A file of the oracle. */
  static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(OracleSite.class.getResource("/routing-oracle/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  Router router() {
    return new Router(RoutingTable.of(site, files, exchangers));
  }

  Verifier verifier() {
    return new Verifier(
        new LocalDomains(site, files, exchangers),
        RoutingTable.forVerifying(site, files, exchangers));
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
