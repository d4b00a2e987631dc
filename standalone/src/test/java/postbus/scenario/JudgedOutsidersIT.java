package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.LoopbackDns;

/**
 * All judges of a stranger together, by what DNS says of each through a resolver: block lists,
 * rates, greylisting, SPF, DKIM and DMARC. Each stranger has a network of his own.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JudgedOutsidersIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String LISTED = "127.0.21.1";
  private static final String UNKNOWN_TO_A_LIST = "127.0.22.1";
  private static final String FAST = "127.0.23.1";
  private static final String NEIGHBOUR_OF_FAST = "127.0.23.2";
  private static final String NEW = "127.0.24.1";
  private static final String HONEST = "127.0.25.1";
  private static final String FORGER = "127.0.26.1";

  private static final String ZONE =
      """
      2.0.0.127.bl.example.      A   127.0.0.2
      1.21.0.127.bl.example.     A   127.0.0.2
      2.0.0.127.broken.example.  A   127.0.0.2
      honest.example.            TXT "v=spf1 ip4:127.0.25.1 -all"
      _dmarc.honest.example.     TXT "v=DMARC1; p=reject"
      soft.example.              TXT "v=spf1 ~all"
      _dmarc.soft.example.       TXT "v=DMARC1; p=none"
      _dmarc.strict.example.     TXT "v=DMARC1; p=reject"
      ed._domainkey.honest.example. TXT "v=DKIM1; k=ed25519; p=%s"
      """;

  private static final String SETTINGS =
      """

      dns: {servers: "127.0.0.1:%d"}
      block-lists:
        list: {zone: bl.example, text: go away, wait: 8s}
        broken: {zone: broken.example, wait: 8s}
      rates: {recipients-per-minute-max: 3, exceptions: slow}
      greylisting: {active: yes, delay: 1s, exceptions: seen-before}
      authentication: {spf: refuse, dmarc: as-published, exceptions: nobody}
      sessions:\
      """;

  private static final String NETWORKS =
      """
      host-lists:
        nobody: []
        slow: [127.0.21.0/24, 127.0.22.0/24, 127.0.24.0/22]
        seen-before: [127.0.21.0/24, 127.0.22.0/23, 127.0.25.0/24, 127.0.26.0/24]
      """;

  private static final Dkimpy DKIMPY = Dkimpy.of("honest.example", "ed");

  @TempDir static Path folder;
  private static LoopbackDns dns;
  private static Optional<Dnsmasq> resolver = Optional.empty();
  private static TestSite site;
  private static RunningPostbus postbus;

  @BeforeAll
  static void start() throws Exception {
    dns =
        LoopbackDns.serving(ZONE.formatted(DKIMPY.publicKey()))
            .failing("1.22.0.127.broken.example");
    resolver = Dnsmasq.before(dns.address().getPort());
    int port = resolver.map(Dnsmasq::port).orElse(dns.address().getPort());
    site =
        TestSite.in(folder, 9)
            .with("host-lists:\n", NETWORKS)
            .with("verdict-wait: 20s", "verdict-wait: 50s")
            .with("\nsessions:", SETTINGS.formatted(port));
    postbus = RunningPostbus.start(site, folder.resolve("data"));
  }

  @AfterAll
  static void stop() throws IOException {
    resolver.ifPresent(Dnsmasq::close);
    dns.close();
    if (postbus != null) {
      postbus.close();
    }
  }

  @Test
  @Order(1)
  void whoIsListedIsRefused() throws Exception {
    try (Dialogue outsider = from(LISTED)) {
      outsider.send("MAIL FROM:<a@example.org>").says("250");
      assertThat(outsider.send("RCPT TO:<jimbo@wikimedia.org>").reply())
          .isEqualTo("550 5.7.1 [127.0.21.1] is listed by bl.example: go away");
    }
  }

  @Test
  @Order(2)
  void aListThatFailsIsPassedOver() throws Exception {
    String text = mailOf(UNKNOWN_TO_A_LIST, "a@example.org", "From: a@example.org\r\n\r\nhi");
    assertThat(text).contains("Return-Path: <a@example.org>");
    assertThat(dns.questionsAbout("1.22.0.127.broken.example")).isPositive();
  }

  @Test
  @Order(3)
  void aNetworkThatIsTooFastMayComeAgain() throws Exception {
    try (Dialogue fast = from(FAST);
        Dialogue neighbour = from(NEIGHBOUR_OF_FAST)) {
      fast.send("MAIL FROM:<a@example.org>").says("250");
      for (String one : List.of("jimbo", "brion", "mark")) {
        fast.send("RCPT TO:<" + one + "@wikimedia.org>").says("250");
      }
      fast.send("RCPT TO:<noc@wikimedia.org>").says("450 4.7.1 too many recipients");
      neighbour.send("MAIL FROM:<a@example.org>").says("250");
      neighbour.send("RCPT TO:<jimbo@wikimedia.org>").says("450 4.7.1 too many recipients");
    }
  }

  @Test
  @Order(4)
  void aSenderThatTheClientMayNotUseIsRefused() throws Exception {
    assertThat(replyTo(FORGER, "a@honest.example", "From: a@honest.example\r\n\r\nhi"))
        .startsWith("550 5.7.23 ");
  }

  @Test
  @Order(5)
  void anAuthorWhoseDomainRejectsForgeriesIsRefused() throws Exception {
    String forged = "From: ceo@strict.example\r\n\r\npay";
    assertThat(replyTo(FORGER, "a@soft.example", forged)).startsWith("550 5.7.1 ");
    assertThat(replyTo(FORGER, "", forged)).startsWith("550 5.7.1 ");
  }

  @Test
  @Order(6)
  void whatADomainOnlyDoubtsIsTold() throws Exception {
    String text = mailOf(FORGER, "a@soft.example", "From: a@soft.example\r\n\r\nhi");
    assertThat(resultsOf(text))
        .contains("spf=softfail smtp.mailfrom=soft.example")
        .contains("dmarc=fail", "header.from=soft.example");
  }

  @Test
  @Order(7)
  void aSignedMailPassesAndOnlyWeSaySo() throws Exception {
    assumeTrue(DKIMPY.isHere(), "no dkimpy here; ./postbus test gets it");
    String mail = "From: a@honest.example\r\nSubject: signed\r\n\r\nhi\r\n";
    String forged =
        "Authentication-Results: mchenry.wikimedia.org; dkim=pass header.d=strict.example\r\n"
            + "authentication-results: (x) MCHENRY.wikimedia.org;\r\n spf=pass\r\n"
            + "Authentication-Results: elsewhere.example; dkim=none\r\n";
    String text = mailOf(FORGER, "list@soft.example", forged + DKIMPY.signs(mail) + mail);
    assertThat(resultsOf(text))
        .contains("spf=softfail smtp.mailfrom=soft.example")
        .contains("dkim=pass header.d=honest.example header.s=ed")
        .contains("dmarc=pass", "header.from=honest.example")
        .doesNotContain("strict.example");
    assertThat(text).contains("Authentication-Results: elsewhere.example; dkim=none\r\n");
    String other = DKIMPY.signs(mail) + mail.replace("\nhi", "\nho");
    assertThat(replyTo(FORGER, "list@soft.example", other)).startsWith("550 5.7.1 ");
    assertThat(resultsOf(mailOf(HONEST, "a@honest.example", mail)))
        .contains("spf=pass smtp.mailfrom=honest.example", "dkim=none", "dmarc=pass");
  }

  @Test
  @Order(8)
  void whoComesAgainIsKnownEvenAfterARestart() throws Exception {
    assertThat(replyToRcpt("a@example.org")).startsWith("451 4.7.1 Greylisted");
    await().atMost(LIMIT).until(() -> replyToRcpt("a@example.org"), r -> r.startsWith("250"));
    assertThat(replyToRcpt("b@example.org")).startsWith("451 4.7.1 Greylisted");

    assertThat(postbus.terminate()).isLessThan(LIMIT);
    postbus.close();
    postbus = RunningPostbus.start(site, folder.resolve("data"));

    assertThat(replyToRcpt("a@example.org")).startsWith("250");
    assertThat(replyToRcpt("b@example.org")).as("came again, after a second").startsWith("250");
    assertThat(replyToRcpt("c@example.org")).startsWith("451 4.7.1 Greylisted");
  }

  private static String replyToRcpt(String sender) throws IOException {
    try (Dialogue outsider = from(NEW)) {
      outsider.send("MAIL FROM:<" + sender + ">").says("250");
      return outsider.send("RCPT TO:<jimbo@wikimedia.org>").reply();
    }
  }

  private static String replyTo(String client, String sender, String mail) throws IOException {
    try (Dialogue outsider = from(client)) {
      return outsider.mail(sender, "jimbo@wikimedia.org", mail);
    }
  }

  /** A mail that is taken, as it is in the mailbox. */
  private static String mailOf(String client, String sender, String mail) throws IOException {
    String id = Dialogue.idIn(replyTo(client, sender, mail));
    return Arrivals.awaitMail(folder.resolve("data"), id);
  }

  /** The one field of ours, unfolded. */
  private static String resultsOf(String mail) {
    List<String> ours =
        mail.substring(0, mail.indexOf("\r\n\r\n"))
            .replaceAll("\r\n[ \t]+", " ")
            .lines()
            .filter(line -> line.matches("(?i)authentication-results:.*mchenry.*"))
            .toList();
    assertThat(ours).hasSize(1);
    return ours.getFirst();
  }

  private static Dialogue from(String client) throws IOException {
    return Dialogue.greeted(client, TestSite.THIS_HOST, site.mxPort());
  }
}
