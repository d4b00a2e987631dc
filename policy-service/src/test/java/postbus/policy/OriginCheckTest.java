package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.content.DkimKey;
import postbus.content.DkimSigner;
import postbus.content.DkimSigners;
import postbus.content.Form;
import postbus.content.OutgoingContent;
import postbus.content.Source;
import postbus.dns.DnsSettings;
import postbus.dns.RecordLookup;
import postbus.dns.ThisHost;
import postbus.log.Mail;
import postbus.mail.AuthenticationResults;
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

/** What follows from where mail comes from; DNS is a server on loopback. */
class OriginCheckTest {
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
  private static final String GOOD = "192.0.2.1";
  private static final String BAD = "198.51.100.9";

  @TempDir Path folder;
  private LoopbackDns dns;
  private Handling spf = Handling.MARK;
  private Handling dkim = Handling.MARK;
  private Handling dmarc = Handling.MARK;

  @BeforeEach
  void serve() throws IOException {
    dns = LoopbackDns.serving(ZONE).silent("silent.example").failing("_dmarc.broken.example");
  }

  @AfterEach
  void end() {
    dns.close();
  }

  private Verdict verdict(String client, String sender, String content) {
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
    OriginFinder finder =
        new OriginFinder(rules, "mx.example.net", lookup, limit, OriginCheckTest::open);
    return new OriginCheck(rules, "mx.example.net", finder).on(mail(client, sender, content));
  }

  private static InputStream open(Mail mail) {
    return new ByteArrayInputStream(mail.content());
  }

  private static Mail mail(String client, String sender, String content) {
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

  private static String from(String author) {
    return "From: " + author + "\r\nSubject: x\r\n\r\nHello.\r\n";
  }

  private static String field(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accept accept -> accept.fields().getFirst().toString();
      case Verdict.Quarantine held -> held.fields().getFirst().toString();
      case Verdict.Refuse refusal -> throw new AssertionError(refusal);
    };
  }

  private static boolean isSuspect(Verdict verdict) {
    return ((Verdict.Accept) verdict).suspect();
  }

  private static String refusal(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refuse.class);
    return ((Verdict.Refuse) verdict).reply().toString();
  }

  @Test
  void whatWasFoundIsToldInOneField() {
    Verdict verdict = verdict(GOOD, "joe@example.org", from("joe@example.org"));
    assertThat(field(verdict))
        .isEqualTo(
            "Authentication-Results: mx.example.net;\r\n"
                + "\tspf=pass smtp.mailfrom=example.org;\r\n"
                + "\tdkim=none;\r\n"
                + "\tdmarc=pass header.from=example.org polrec.p=reject\r\n");
    assertThat(isSuspect(verdict)).isFalse();
    Envelope told =
        ((Verdict.Accept) verdict).applied(mail(GOOD, "joe@example.org", "").envelope());
    assertThat(AuthenticationResults.after("from there", told))
        .isEqualTo(
            "from there: spf=pass smtp.mailfrom=example.org; dkim=none;"
                + " dmarc=pass header.from=example.org polrec.p=reject");
  }

  @Test
  void whatFailsIsMarkedAndNeverBounced() {
    Verdict verdict = verdict(BAD, "joe@example.org", from("joe@example.org"));
    assertThat(field(verdict))
        .contains("spf=fail smtp.mailfrom=example.org")
        .contains("dmarc=fail header.from=example.org polrec.p=reject");
    assertThat(isSuspect(verdict)).isTrue();
  }

  @Test
  void aSoftFailureIsNone() {
    assertThat(isSuspect(verdict(BAD, "joe@lenient.example", from("a@none.example")))).isFalse();
  }

  @Test
  void aDomainThatAsksForNothingFailsNevertheless() {
    dmarc = Handling.AS_PUBLISHED;
    Verdict verdict = verdict(BAD, "joe@lenient.example", from("a@lenient.example"));
    assertThat(field(verdict)).contains("dmarc=fail header.from=lenient.example polrec.p=none");
    assertThat(isSuspect(verdict)).isTrue();
  }

  @Test
  void whatFailsSpfIsRefusedInTheDomainsOwnWords() {
    spf = Handling.REFUSE;
    assertThat(refusal(verdict(BAD, "joe@example.org", from("joe@example.org"))))
        .isEqualTo(
            "550 5.7.23 SPF: 198.51.100.9 may not send mail of example.org,"
                + " which says: ask joe; not\\198.51.100.9");
    assertThat(verdict(GOOD, "joe@example.org", from("joe@example.org")))
        .isInstanceOf(Verdict.Accept.class);
  }

  @Test
  void whatFailsDmarcIsHeldBackOrRefused() {
    dmarc = Handling.QUARANTINE;
    Verdict held = verdict(BAD, "", from("joe@example.org"));
    assertThat(held)
        .isInstanceOfSatisfying(
            Verdict.Quarantine.class,
            quarantine ->
                assertThat(quarantine.reason())
                    .isEqualTo("DMARC: example.org does not stand behind this mail"));
    assertThat(field(held)).contains("dmarc=fail");
    dmarc = Handling.REFUSE;
    assertThat(refusal(verdict(BAD, "", from("joe@example.org"))))
        .isEqualTo("550 5.7.1 DMARC: example.org does not stand behind this mail");
  }

  @Test
  void theDomainsOwnPolicyIsFollowed() {
    dmarc = Handling.AS_PUBLISHED;
    assertThat(refusal(verdict(BAD, "", from("joe@example.org")))).startsWith("550 5.7.1 DMARC");
    assertThat(verdict(BAD, "", from("joe@a.example.org"))).isInstanceOf(Verdict.Quarantine.class);
    assertThat(verdict(BAD, "", from("joe@half.example"))).isInstanceOf(Verdict.Quarantine.class);
    assertThat(refusal(verdict(BAD, "", "Subject: x\r\n\r\n"))).contains("one From field");
    assertThat(verdict(BAD, "", from("joe@none.example"))).isInstanceOf(Verdict.Accept.class);
  }

  @Test
  void aSecondFromBehindALoneLfIsSeen() {
    Verdict verdict =
        verdict(
            GOOD, "joe@example.org", "X: y\nFrom: ceo@bank.example\r\n" + from("joe@example.org"));
    assertThat(field(verdict)).contains("dmarc=permerror");
    assertThat(isSuspect(verdict)).isTrue();
  }

  @Test
  void whatCannotBeToldNowIsPutOffOnlyWhereItWouldBeRefused() {
    Verdict marked = verdict(BAD, "joe@silent.example", from("a@broken.example"));
    assertThat(field(marked)).contains("spf=temperror", "dmarc=temperror");
    assertThat(isSuspect(marked)).isTrue();
    spf = Handling.REFUSE;
    assertThat(refusal(verdict(BAD, "joe@silent.example", from("a@none.example"))))
        .startsWith("451 4.7.24");
    spf = Handling.MARK;
    dmarc = Handling.REFUSE;
    assertThat(refusal(verdict(BAD, "", from("a@broken.example")))).startsWith("451 4.4.3");
    dmarc = Handling.AS_PUBLISHED;
    assertThat(refusal(verdict(BAD, "", from("a@broken.example")))).startsWith("451 4.4.3");
  }

  @Test
  void aStrangersSlowNameServersHideNobodysPolicy() {
    dmarc = Handling.AS_PUBLISHED;
    String signatures = "";
    for (int i = 0; i < 5; i++) {
      dns.silent("k" + i + "._domainkey.slow.example");
      signatures +=
          "DKIM-Signature: v=1; a=rsa-sha256; d=slow.example; s=k%d; h=from; bh=AAAA; b=AAAA\r\n"
              .formatted(i);
    }
    dns.silent("slow.example").silent("mail.lenient.example");
    Verdict verdict = verdict(BAD, "joe@slow.example", signatures + from("ceo@example.org"));
    assertThat(refusal(verdict)).startsWith("550 5.7.1 DMARC");
  }

  @Test
  void aRefusalFitsIntoItsLine() throws IOException {
    spf = Handling.REFUSE;
    String domain = "x".repeat(60) + "." + "y".repeat(60) + "." + "z".repeat(60) + ".example";
    String why = "why! ".repeat(40);
    dns.add(domain + ". TXT \"v=spf1 exp=why.%{o} -all\"");
    dns.add("why." + domain + ". TXT \"" + why + "\" \"" + why + "\"");
    String refusal = refusal(verdict(BAD, "joe@" + domain, from("joe@none.example")));
    assertThat(refusal).contains("which says: why!").hasSizeLessThan(400);
  }

  @Test
  void allQuestionsOfAMailEndTogether() {
    dns.silent("mail.lenient.example")
        .silent("_dmarc.silent.example")
        .silent("k._domainkey.silent.example");
    String signature =
        "DKIM-Signature: v=1; a=rsa-sha256; d=silent.example; s=k; h=from; bh=AAAA; b=AAAA\r\n";
    long begin = System.nanoTime();
    Verdict verdict =
        verdict(BAD, "joe@silent.example", signature.repeat(5) + from("a@silent.example"));
    assertThat(field(verdict)).contains("spf=temperror", "dkim=temperror", "dmarc=temperror");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void whoIsExceptedIsNotAskedAbout() {
    assertThat(verdict("203.0.113.7", "joe@example.org", from("joe@example.org")))
        .isEqualTo(new Verdict.Accept(List.of()));
    spf = Handling.OFF;
    dkim = Handling.OFF;
    dmarc = Handling.OFF;
    assertThat(verdict(BAD, "joe@example.org", from("joe@example.org")))
        .isEqualTo(new Verdict.Accept(List.of()));
    assertThat(dns.questions()).isZero();
  }

  @Test
  void whatDmarcAloneNeedsIsNotTold() {
    spf = Handling.OFF;
    dkim = Handling.OFF;
    assertThat(field(verdict(GOOD, "joe@example.org", from("joe@example.org"))))
        .isEqualTo(
            "Authentication-Results: mx.example.net;\r\n"
                + "\tdmarc=pass header.from=example.org polrec.p=reject\r\n");
  }

  @Test
  void theNameOfTheClientIsCheckedToo() throws IOException {
    dns.add("mail.lenient.example. TXT \"v=spf1 -all\"");
    Verdict verdict = verdict(GOOD, "joe@example.org", from("joe@example.org"));
    assertThat(field(verdict))
        .contains(
            "spf=pass smtp.mailfrom=example.org;\r\n\tspf=fail smtp.helo=mail.lenient.example");
    assertThat(isSuspect(verdict)).isTrue();
    assertThat(field(verdict(GOOD, "", from("joe@example.org"))))
        .contains("net;\r\n\tspf=fail smtp.helo=mail.lenient.example;\r\n\tdkim");
  }

  @Test
  void aSignatureStandsForItsDomainWhereverTheMailComesFrom() throws Exception {
    String signed = signed(from("joe@a.example.org"));
    assertThat(field(verdict(BAD, "list@lenient.example", signed)))
        .contains("dkim=pass header.d=example.org header.s=k;")
        .contains("dmarc=pass header.from=a.example.org polrec.p=quarantine");
    assertThat(field(verdict(BAD, "list@lenient.example", signed + "-- \r\nthe list\r\n")))
        .contains("dkim=fail reason=\"the body was changed\" header.d=example.org header.s=k;")
        .contains("dmarc=fail");
  }

  /** Signed by example.org, whose key is in DNS from now on. */
  private String signed(String mail) throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    DkimKey key = DkimKey.read(Files.writeString(folder.resolve("k.pem"), pem));
    byte[] spki = keys.getPublic().getEncoded();
    String octets =
        Base64.getEncoder().encodeToString(Arrays.copyOfRange(spki, spki.length - 32, spki.length));
    dns.add("k._domainkey.example.org. TXT \"v=DKIM1; k=ed25519; p=" + octets + "\"");
    DkimSigners signers = new DkimSigners(List.of(new DkimSigner("example.org", "k", key)));
    Source content = Source.of(mail.getBytes(StandardCharsets.ISO_8859_1));
    Form form = new OutgoingContent(List.of(), content, signers).as(true);
    try (InputStream in = ((Form.Ready) form).source().open()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void nothingOfAStrangerBreaksTheField() {
    String signature =
        "DKIM-Signature: v=1; a=rsa-sha256; d=x\"; spf=pass; s=y; h=from; b=A; bh=A\r\n";
    String sender = "a@b c;\"spf=pass\" (x\\\u0007.example";
    String field = field(verdict(BAD, sender, signature + from("\"x\" <a@b@c>")));
    assertThat(field)
        .contains("spf=none smtp.mailfrom=\"b c;\\\"spf=pass\\\" (x\\\\?.example\";")
        .contains("dkim=neutral reason=")
        .contains("dmarc=permerror")
        .matches("(?s)[ -~\\r\\n\\t]*");
  }
}
