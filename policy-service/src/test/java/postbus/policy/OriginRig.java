package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import postbus.dns.DnsSettings;
import postbus.dns.RecordLookup;
import postbus.dns.ThisHost;
import postbus.log.Mail;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Verdict;
import postbus.site.Authentication;
import postbus.site.Authentication.Handling;
import postbus.site.HostList;
import postbus.testkit.LoopbackDns;

/** Where mail comes from is looked at with DNS on loopback; the rules are the test's. */
final class OriginRig implements AutoCloseable {
  private static final String ZONE =
      """
      example.org. TXT "v=spf1 ip4:192.0.2.1 exp=why.example.org -all"
      why.example.org. TXT "ask %{l}; not\\\\%{c}"
      _dmarc.example.org. TXT "v=DMARC1; p=reject; sp=quarantine"
      lenient.example. TXT "v=spf1 ~all"
      _dmarc.lenient.example. TXT "v=DMARC1; p=none"
      half.example. TXT "v=spf1 -all"
      _dmarc.half.example. TXT "v=DMARC1; p=reject; pct=0"
      """;
  static final String GOOD = "192.0.2.1";
  static final String BAD = "198.51.100.9";

  final LoopbackDns dns;
  Handling spf = Handling.MARK;
  Handling dkim = Handling.MARK;
  Handling dmarc = Handling.MARK;

  OriginRig() throws IOException {
    dns = LoopbackDns.serving(ZONE).silent("silent.example").failing("_dmarc.broken.example");
  }

  Verdict verdict(String client, String sender, String content) {
    HostList friends =
        new HostList(
            "friends", List.of(new HostList.Network(InetAddress.ofLiteral("203.0.113.0"), 24)));
    Authentication rules = new Authentication(spf, dkim, dmarc, friends);
    Predicate<InetAddress> none = _ -> false;
    Duration limit = Duration.ofSeconds(1);
    RecordLookup lookup =
        new RecordLookup(
            new DnsSettings(
                List.of(dns.address()),
                limit,
                Duration.ZERO,
                none,
                new ThisHost(Set.of(), Set.of())));
    OriginFinder finder = new OriginFinder(rules, "mx.example.net", lookup, limit, OriginRig::open);
    return new OriginCheck(rules, "mx.example.net", finder).on(mail(client, sender, content));
  }

  private static InputStream open(Mail mail) {
    return new ByteArrayInputStream(mail.content());
  }

  static Mail mail(String client, String sender, String content) {
    byte[] octets = content.getBytes(StandardCharsets.ISO_8859_1);
    return new Mail(
        Envelope.begin(
            MailId.next(),
            ReversePath.of(sender),
            List.of(Recipient.of(EmailAddress.of("mark@wikimedia.org"))),
            new Client(client, "mail.lenient.example", "mx", false),
            Body.of(octets.length)),
        octets);
  }

  static String from(String author) {
    return "From: " + author + "\r\nSubject: x\r\n\r\nHello.\r\n";
  }

  static String field(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accept accept -> accept.fields().getFirst().toString();
      case Verdict.Quarantine held -> held.fields().getFirst().toString();
      case Verdict.Refuse refusal -> throw new AssertionError(refusal);
    };
  }

  static boolean isSuspect(Verdict verdict) {
    return ((Verdict.Accept) verdict).suspect();
  }

  static String refusal(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refuse.class);
    return ((Verdict.Refuse) verdict).reply().toString();
  }

  @Override
  public void close() {
    dns.close();
  }
}
