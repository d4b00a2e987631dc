package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.TlsUsed;
import postbus.site.SessionLimits;
import postbus.testkit.TestCertificate;

/** Sessions that go over to TLS, or begin with it, over real sockets. */
@Timeout(120)
class TlsListenerTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final TestCertificate FIRST = TestCertificate.of("mx.example.org");
  private static final TestCertificate RENEWED = TestCertificate.of("mx.example.org", "RSA");

  @TempDir private Path folder;
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    FIRST.writeInto(folder);
    server = new RunningServer(folder, Sites.speakingTls(SessionLimits.DEFAULT, folder));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, TLS_AES_256_GCM_SHA384",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
  })
  void aMailAfterStartTls(String protocol, String cipher) throws Exception {
    SSLContext trusting = trusting(FIRST);
    try (SmtpPeer clear = startTls("offered")) {
      var socket = clear.tlsSocket(trusting);
      socket.setEnabledProtocols(new String[] {protocol});
      try (SmtpPeer peer = SmtpPeer.over(socket)) {
        peer.send("EHLO app.example", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>");
        ehlo(peer).says("250 2.1.0").says("250 2.1.5");
        peer.send("DATA").says("354").send("Subject: x", "", "x", ".").says("250 2.0.0");
        peer.send("QUIT").says("221").closes();
      }
    }
    assertThat(server.client().tls()).contains(new TlsUsed(protocol, cipher));
    assertThat(server.received())
        .contains(" with ESMTPS (" + protocol + ") id ")
        .contains("\r\n\ttls " + cipher + ";");
  }

  @Test
  void aMailInTlsFromTheStart() throws Exception {
    try (SmtpPeer peer = implicit(Sites.OUTSIDER, FIRST)) {
      peer.says("220").send("EHLO x.example");
      ehlo(peer);
      peer.send("STARTTLS").says("503 5.5.1");
      mail(peer).says("250 2.0.0");
    }
    assertThat(server.received()).contains(" with ESMTPS (TLSv1.3) id ");
  }

  /** RFC 3207, section 4.2: the server forgets what the client has said. */
  @Test
  void afterStartTlsTheSessionIsAsAtItsBeginning() throws Exception {
    try (SmtpPeer clear = greeted("offered")) {
      clear.send("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "STARTTLS");
      clear.says("250").says("250").says("220 2.0.0");
      try (SmtpPeer peer = clear.inTls(trusting(FIRST))) {
        peer.send("DATA", "MAIL FROM:<a@example.org>").says("503").says("503 5.5.1 Say EHLO");
        peer.send("EHLO app.example");
        ehlo(peer);
        peer.send("RCPT TO:<b@example.org>").says("503 5.5.1 Say MAIL");
      }
    }
  }

  @Test
  void startTlsHasItsPlace() throws Exception {
    try (SmtpPeer peer = greeted("offered")) {
      peer.send("STARTTLS now").says("501 5.5.4");
    }
    try (SmtpPeer peer = startTls("offered").inTls(trusting(FIRST))) {
      peer.send("STARTTLS").says("503 5.5.1");
    }
    try (SmtpPeer peer = from(Sites.APP_SERVER, "never")) {
      peer.says("220").send("STARTTLS").says("502 5.5.1");
    }
  }

  /** CVE-2011-0411: they could be the words of somebody between the client and us. */
  @Test
  void wordsThatCameWithStartTlsEndTheSession() throws Exception {
    try (SmtpPeer peer = greeted("offered")) {
      peer.raw("STARTTLS\r\nMAIL FROM:<evil@example.org>\r\n").says("554 5.5.1").isCutOff();
    }
    try (SmtpPeer peer = greeted("offered")) {
      peer.raw("STARTTLS\r\nR").says("554 5.5.1").isCutOff();
    }
  }

  /** So many words come before STARTTLS that those behind it wait in the socket. */
  @Test
  void wordsThatWaitBehindStartTlsEndTheSession() throws Exception {
    for (int lines : List.of(100, 10_922, 10_923, 10_924, 30_000)) {
      try (SmtpPeer peer = greeted("offered")) {
        peer.raw("NOOP\r\n".repeat(lines) + "STARTTLS\r\nMAIL FROM:<evil@example.org>\r\n");
        for (int i = 0; i < lines; i++) {
          peer.says("250");
        }
        peer.says("554 5.5.1").isCutOff();
      }
    }
  }

  @Test
  void clearTextInPlaceOfAHandshakeEndsTheSession() throws Exception {
    try (SmtpPeer peer = startTls("offered")) {
      peer.send("MAIL FROM:<evil@example.org>").isCutOff();
    }
    try (SmtpPeer peer = from(Sites.APP_SERVER, "implicit")) {
      peer.send("EHLO app.example").isCutOff();
    }
    await().atMost(SOON).until(() -> server.sessions() == 0);
  }

  @Test
  void beforeTlsThatIsRequiredNothingElseIsServed() throws Exception {
    try (SmtpPeer peer = from(Sites.APP_SERVER, "required")) {
      peer.says("220").send("EHLO app.example");
      ehlo(peer);
      peer.send("MAIL FROM:<a@example.org>").says("530 5.7.0 Must issue a STARTTLS command first");
      peer.send("AUTH PLAIN AGEAYg==", "VRFY x").says("530 5.7.0").says("530 5.7.0");
      peer.send("NOOP", "RSET", "HELP").says("250").says("250").endsWith("214 ");
      peer.send("STARTTLS").says("220");
      try (SmtpPeer tls = peer.inTls(trusting(FIRST))) {
        tls.send("EHLO app.example");
        ehlo(tls);
        mail(tls).says("250 2.0.0");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"never", "offered"})
  void authBeforeTlsIsRefused(String listener) throws Exception {
    try (SmtpPeer peer = greeted(listener)) {
      peer.send("AUTH PLAIN AGEAYg==", "NOOP").says("502 5.5.1").says("250");
    }
  }

  @Test
  void authInTlsIsNotOfferedYet() throws Exception {
    try (SmtpPeer peer = startTls("offered").inTls(trusting(FIRST))) {
      peer.send("EHLO app.example");
      ehlo(peer).send("AUTH PLAIN AGEAYg==").says("502 5.5.1");
    }
  }

  /** RFC 8689. */
  @Test
  void requireTlsIsOfferedInTlsAloneAndGoesWithTheMail() throws Exception {
    try (SmtpPeer clear = greeted("offered")) {
      clear.send("MAIL FROM:<a@example.org> REQUIRETLS").says("555 5.5.4");
      clear.send("STARTTLS").says("220");
      try (SmtpPeer peer = clear.inTls(trusting(FIRST))) {
        peer.send("EHLO app.example").says("250-mchenry").hears("250-REQUIRETLS").endsWith("250 ");
        peer.send("MAIL FROM:<a@example.org> REQUIRETLS=1").says("501 5.5.4");
        peer.send("MAIL FROM:<a@example.org> REQUIRETLS REQUIRETLS").says("501 5.5.4");
        peer.send("MAIL FROM:<a@example.org> REQUIRETLS", "RCPT TO:<b@example.org>", "DATA");
        peer.says("250").says("250").says("354").send("x", ".").says("250");
      }
    }
    assertThat(server.taken().getLast().envelope().parameters().requireTls()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DATA", "BDAT 100", "BDAT 100 LAST"})
  void aMailWhoseTlsEndsBeforeItDoesIsNotAccepted(String content) throws Exception {
    try (SmtpPeer clear = startTls("offered")) {
      SmtpPeer peer = clear.inTls(trusting(FIRST));
      peer.send("EHLO app.example");
      halfAMail(peer, content);
      clear.cut(); // TCP ends, and TLS never did.
    }
    try (SmtpPeer peer = implicit(Sites.APP_SERVER, FIRST)) {
      peer.says("220").send("EHLO app.example");
      halfAMail(peer, content);
      peer.halfClose(); // TLS ends, and TCP does not yet.
      peer.isCutOff();
    }
    await().atMost(SOON).until(() -> server.sessions() == 0);
    assertThat(server.taken()).isEmpty();
  }

  private static void halfAMail(SmtpPeer peer, String content) throws IOException {
    ehlo(peer);
    peer.send("MAIL FROM:<>", "RCPT TO:<b@example.org>", content, "half a mail");
    peer.says("250").says("250");
    if (content.equals("DATA")) {
      peer.says("354");
    }
  }

  @Test
  void aRenewedCertificateIsShownToTheNextHandshake() throws Exception {
    try (SmtpPeer before = startTls("offered").inTls(trusting(FIRST));
        SmtpPeer begun = startTls("offered")) {
      RENEWED.writeInto(folder);
      await().atMost(SOON).until(() -> shown("implicit", RENEWED));
      assertThat(shown("offered", RENEWED)).isTrue();
      try (SmtpPeer after = begun.inTls(trusting(RENEWED))) {
        after.send("NOOP").says("250");
      }
      before.send("NOOP").says("250");
    }
  }

  @Test
  void aBrokenRenewalKeepsTheFormerCertificate() throws Exception {
    Files.writeString(folder.resolve("tls/key.pem"), "no key");
    Files.writeString(folder.resolve("tls/certificate.pem"), RENEWED.pem());
    for (int i = 0; i < 3; i++) {
      assertThat(shown("implicit", FIRST)).isTrue();
    }
    RENEWED.writeInto(folder);
    await().atMost(SOON).until(() -> shown("implicit", RENEWED));
  }

  /** Whether the certificate is this one, or the other; anything else is a failure. */
  private boolean shown(String listener, TestCertificate expected) throws Exception {
    try (SmtpPeer clear =
            listener.equals("implicit") ? from(Sites.APP_SERVER, listener) : startTls(listener);
        SmtpPeer peer = clear.inTls(trusting(FIRST, RENEWED))) {
      return peer.tls().getPeerCertificates()[0].equals(expected.certificate());
    }
  }

  /** A ClientHello of TLS 1.1, by hand: no client here speaks it any more. */
  @ParameterizedTest
  @ValueSource(strings = {"0300", "0301", "0302"})
  void oldProtocolsAreRefused(String version) throws Exception {
    String body = version + "00".repeat(32) + "00" + "0004" + "c02fc013" + "0100" + "0000";
    String hello = "01" + "%06x".formatted(body.length() / 2) + body;
    String octets = "160301" + "%04x".formatted(hello.length() / 2) + hello;
    try (SmtpPeer peer = from(Sites.APP_SERVER, "implicit")) {
      peer.raw(new String(HexFormat.of().parseHex(octets), StandardCharsets.ISO_8859_1));
      peer.says("\u0015\u0003"); // An alert: fatal, protocol_version.
    }
    await().atMost(SOON).until(() -> server.sessions() == 0);
  }

  /** A balancer's header and what follows come in one segment, or not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tlsBehindABalancer(boolean together) throws Exception {
    String header = "PROXY TCP4 127.0.1.7 127.0.0.1 40000 465\r\n";
    try (SmtpPeer clear = behind(together ? header : "", "proxied-implicit")) {
      if (!together) {
        clear.raw(header);
      }
      try (SmtpPeer peer = clear.inTls(trusting(FIRST))) {
        peer.says("220").send("EHLO app.example");
        ehlo(peer);
        mail(peer).says("250 2.0.0");
      }
    }
    assertThat(server.client().address()).isEqualTo("127.0.1.7");
    assertThat(server.client().tls()).isPresent();
  }

  @Test
  void clearTextBehindABalancersHeaderIsNoTls() throws Exception {
    String header = "PROXY TCP4 127.0.1.7 127.0.0.1 40000 465\r\n";
    try (SmtpPeer peer = behind(header, "proxied-implicit")) {
      peer.raw("EHLO evil.example\r\nMAIL FROM:<evil@example.org>\r\n").isCutOff();
    }
  }

  private SmtpPeer behind(String header, String listener) throws IOException {
    return server.behind(Sites.BALANCER, header, listener);
  }

  @Test
  void aClientThatDoesNotTrustUsGoesQuietly() throws Exception {
    try (SmtpPeer clear = startTls("offered")) {
      assertThatThrownBy(() -> clear.inTls(trusting(RENEWED))).isInstanceOf(SSLException.class);
    }
    await().atMost(SOON).until(() -> server.sessions() == 0);
  }

  @Test
  void handshakesThatNeverEndHinderNobody() throws Exception {
    List<SmtpPeer> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        InetAddress client = InetAddress.ofLiteral("127.0.1." + (1 + i));
        SmtpPeer peer = from(client, i % 2 == 0 ? "implicit" : "offered");
        waiting.add(i % 2 == 0 ? peer : peer.says("220").send("STARTTLS").says("220"));
        peer.raw("\u0016\u0003\u0001\u0002\u0000\u0001");
      }
      try (SmtpPeer peer = implicit(Sites.APP_SERVER, FIRST)) {
        peer.says("220").send("EHLO app.example");
        ehlo(peer);
        mail(peer).says("250 2.0.0");
      }
      try (SmtpPeer peer = greeted("offered")) {
        mail(peer).says("250 2.0.0");
      }
    } finally {
      for (SmtpPeer peer : waiting) {
        peer.close();
      }
    }
    await().atMost(SOON).until(() -> server.sessions() == 0);
  }

  @Test
  void aServerThatStopsWaitsForNoHandshake() throws Exception {
    try (SmtpPeer offered = startTls("offered");
        SmtpPeer implicit = from(Sites.APP_SERVER, "implicit")) {
      await().atMost(SOON).until(() -> server.sessions() == 2);
      long begin = System.nanoTime();
      server.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
      offered.isCutOff();
      implicit.isCutOff();
    }
  }

  /** The octets of a chunk are no commands, whatever is said to it. */
  @Test
  void aChunkBeforeTlsThatIsRequiredIsReadAndRefused() throws Exception {
    try (SmtpPeer peer = greeted("required")) {
      peer.raw("BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nNOOP\r\n").send("BDAT 0 LAST", "NOOP");
      peer.says("530 5.7.0").says("530 5.7.0").says("530 5.7.0").says("250 2.0.0");
      peer.send("BDAT 999999999999").says("552 5.3.4").isCutOff();
    }
  }

  static SSLContext trusting(TestCertificate... trusted) throws Exception {
    var store = trusted[0].trusted();
    for (TestCertificate each : trusted) {
      store.setCertificateEntry(
          each.certificate().getSerialNumber().toString(), each.certificate());
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private SmtpPeer from(InetAddress client, String listener) throws IOException {
    return server.from(client, listener);
  }

  private SmtpPeer implicit(InetAddress client, TestCertificate trusted) throws Exception {
    return from(client, "implicit").inTls(trusting(trusted));
  }

  private SmtpPeer greeted(String listener) throws IOException {
    SmtpPeer peer = from(Sites.APP_SERVER, listener).says("220").send("EHLO app.example");
    return ehlo(peer);
  }

  private SmtpPeer startTls(String listener) throws IOException {
    return greeted(listener).send("STARTTLS").says("220 2.0.0");
  }

  private static SmtpPeer ehlo(SmtpPeer peer) throws IOException {
    return peer.endsWith("250 ");
  }

  private static SmtpPeer mail(SmtpPeer peer) throws IOException {
    peer.send("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
    return peer.says("250").says("250").says("354").send("x", ".");
  }
}
