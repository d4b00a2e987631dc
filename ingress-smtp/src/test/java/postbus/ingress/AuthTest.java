package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.ingress.TestLogins.base64;
import static postbus.ingress.TestLogins.plain;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.Client;
import postbus.site.Site;

/** AUTH (RFC 4954) as transcripts. */
class AuthTest {
  private static final String JANE = plain("|jane@example.org|secret");

  @TempDir private Path folder;

  @Test
  void withPlainInOneLine() throws IOException {
    Talk talk = greeted("submissions").send("AUTH PLAIN " + JANE).says("235 2.7.0");
    Client client = mailed(talk);
    assertThat(client.account()).contains("jane@example.org");
    assertThat(client.trusted()).isTrue();
  }

  @Test
  void withPlainInTwoLines() throws IOException {
    Talk talk = greeted("submissions").send("auth plain").says("334 \r\n");
    assertThat(mailed(talk.send(JANE).says("235 2.7.0")).account()).contains("jane@example.org");
  }

  @Test
  void withLogin() throws IOException {
    Talk talk = greeted("submissions").send("AUTH LOGIN").says("334 VXNlcm5hbWU6");
    talk.send(base64("jane@example.org")).says("334 UGFzc3dvcmQ6");
    assertThat(mailed(talk.send(base64("secret")).says("235")).account())
        .contains("jane@example.org");
  }

  @Test
  void withLoginAndTheNameAtOnce() throws IOException {
    Talk talk = greeted("submissions");
    talk.send("AUTH LOGIN " + base64("jane@example.org")).says("334 UGFzc3dvcmQ6");
    assertThat(mailed(talk.send(base64("secret")).says("235")).account())
        .contains("jane@example.org");
  }

  /** RFC 4616: to act as somebody else is another thing than to be somebody. */
  @Test
  void nobodyActsInAnothersName() throws IOException {
    Talk talk = greeted("submissions");
    talk.send("AUTH PLAIN " + plain("boss@example.org|jane@example.org|secret")).says("535 5.7.8");
    assertThat(talk.asked).isEmpty();
    talk.send("AUTH PLAIN " + plain("jane@example.org|jane@example.org|secret")).says("235 2.7.0");
  }

  @Test
  void aStarEndsTheExchange() throws IOException {
    Talk talk = greeted("submissions").send("AUTH LOGIN", "*").says("334").says("501 5.7.0");
    talk.send("AUTH LOGIN " + base64("jane")).says("334").send("*").says("501 5.7.0");
    talk.send("AUTH PLAIN " + JANE).says("235 2.7.0");
  }

  @ParameterizedTest
  @CsvSource({
    "AUTH, 501 5.5.4",
    "AUTH CRAM-MD5, 504 5.5.4",
    "AUTH XOAUTH2 dXNlcj1qYW5l, 504 5.5.4",
    "AUTH PL/IN, 504 5.5.4",
    "AUTH PLAIN =, 501 5.5.2",
    "AUTH PLAIN *, 501 5.5.2",
    "AUTH PLAIN janesecret!, 501 5.5.2",
    "AUTH PLAIN AGph bmUA, 501 5.5.2",
    "AUTH PLAIN AP/+AHNlY3JldA==, 501 5.5.2",
    "AUTHPLAIN, 500 5.5.2"
  })
  void whatIsNotAuth(String line, String reply) throws IOException {
    greeted("submissions").send(line, "NOOP").says(reply).says("250");
  }

  /** Names that would be others in a protocol that ends them with NUL, or a line with LF. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "jane@example.org",
        "|jane@example.org",
        "||secret",
        "|jane@example.org|",
        "|jane@example.org|sec|ret",
        "|jane\n@example.org|secret",
        "|jane@example.org\r|secret",
        "|\u0085jane@example.org|secret"
      })
  void whoHasNoNameOrNoPassword(String message) throws IOException {
    Talk talk = greeted("submissions").send("AUTH PLAIN", plain(message), "NOOP");
    talk.says("334").says("501 5.5.2").says("250");
    assertThat(talk.asked).isEmpty();
  }

  @Test
  void nulInANameOfLogin() throws IOException {
    Talk talk = greeted("submissions");
    talk.send("AUTH LOGIN " + plain("boss@example.org|x"), base64("secret")).says("334");
    talk.says("501 5.5.2").send("AUTH LOGIN", base64("jane@example.org"), plain("secret|x"));
    talk.says("334").says("334").says("501 5.5.2");
    assertThat(talk.asked).isEmpty();
  }

  @Test
  void anOverlongResponseIsSkipped() throws IOException {
    String most = "A".repeat(SaslResponse.LINE_MAX - 2);
    Talk talk = greeted("submissions").send("AUTH PLAIN", most, "NOOP");
    talk.says("334").says("501 5.5.2").says("250");
    talk.send("AUTH PLAIN", most + "A", "NOOP").says("334").says("500 5.5.6").says("250");
    talk.send("AUTH PLAIN").says("334").raw(most + "AAA").saysNothingMore();
    talk.raw(most).raw("A\r").saysNothingMore();
    talk.raw("\nAUTH PLAIN " + JANE + "\r\n").says("500 5.5.6").says("235");
  }

  @Test
  void aBareLineFeedEndsTheSession() throws IOException {
    greeted("submissions").send("AUTH PLAIN").says("334").raw(JANE + "\n").says("500").closes();
  }

  @Test
  void authHasItsPlace() throws IOException {
    Talk talk = talk("either").send("STARTTLS").says("220").send("AUTH PLAIN " + JANE).says("503");
    talk.send("HELO x.example", "AUTH PLAIN " + JANE).says("250").says("503 5.5.1 Say EHLO");
    talk.send("EHLO x.example").says("250").send("MAIL FROM:<>", "AUTH PLAIN " + JANE);
    talk.says("250").says("503 5.5.1 A mail").send("RSET", "AUTH PLAIN " + JANE).says("250");
    talk.says("235").send("AUTH PLAIN " + JANE).says("503");
    assertThat(talk.asked).hasSize(1);
  }

  @Test
  void inClearTextItIsNeitherOfferedNorTaken() throws IOException {
    Talk talk = talk("either").send("EHLO laptop.example");
    assertThat(talk.replies()).contains("STARTTLS").doesNotContain("AUTH");
    talk.send("AUTH PLAIN " + JANE, "AUTH LOGIN", "NOOP").says("538 5.7.11").says("538 5.7.11");
    talk.says("250").send("MAIL FROM:<> AUTH=<>").says("555");
    assertThat(talk.asked).isEmpty();
  }

  @Test
  void whereTlsIsRequiredItComesFirst() throws IOException {
    Talk talk = talk("submission").send("EHLO laptop.example");
    assertThat(talk.replies()).doesNotContain("AUTH");
    talk.send("AUTH PLAIN " + JANE).says("530 5.7.0").send("STARTTLS").says("220");
    talk.send("EHLO laptop.example");
    assertThat(talk.replies()).contains("250-AUTH PLAIN LOGIN\r\n");
    talk.send("AUTH PLAIN " + JANE).says("235");
  }

  @Test
  void whereItIsRequiredNobodySendsBefore() throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER, site(), "submissions");
    talk.send("EHLO app.example");
    assertThat(talk.replies()).contains("AUTH PLAIN LOGIN");
    talk.send("MAIL FROM:<a@example.org>", "BDAT 4 LAST", "AB").says("530 5.7.0").says("503");
    talk.send("AUTH PLAIN " + JANE).says("235").begun();
  }

  @Test
  void whereItIsOfferedOneMaySendWithout() throws IOException {
    Talk talk = greeted("either").begun().send("DATA", ".").says("354").says("250");
    assertThat(talk.mails.getFirst().envelope().client().account()).isEmpty();
  }

  @Test
  void whereItIsNotOfferedItIsNotServed() throws IOException {
    Talk talk = greeted("implicit").send("AUTH PLAIN " + JANE, "MAIL FROM:<> AUTH=<>");
    talk.says("502 5.5.1").says("555 5.5.4");
  }

  @ParameterizedTest
  @CsvSource({
    "|jane@example.org|wrong, 535 5.7.8",
    "|closed@example.org|secret, 535 5.7.8",
    "|away@example.org|secret, 454 4.7.0"
  })
  void whoIsNotWelcomeMayTryAgain(String message, String reply) throws IOException {
    Talk talk = greeted("submissions").send("AUTH PLAIN " + plain(message)).says(reply);
    talk.send("MAIL FROM:<>").says("530").send("AUTH PLAIN " + JANE).says("235");
  }

  @Test
  void aLoginOutlastsHelloAndReset() throws IOException {
    Talk talk = greeted("submissions").send("AUTH PLAIN " + JANE).says("235");
    talk.send("RSET", "EHLO again.example");
    assertThat(talk.replies()).doesNotContain("AUTH");
    Client client = mailed(talk);
    assertThat(client.account()).contains("jane@example.org");
    assertThat(client.helo()).isEqualTo("again.example");
  }

  @Test
  void theTraceFieldSaysSo() throws IOException {
    Talk talk = greeted("submissions").send("AUTH PLAIN " + JANE).says("235").begun();
    talk.send("DATA", ".").says("354").says("250");
    assertThat(talk.mails.getFirst().envelope().added().getFirst().body())
        .contains(" with ESMTPSA (TLSv1.3) id ")
        .doesNotContain("jane");
  }

  /** RFC 4954, section 5: it is understood, and nobody is believed. */
  @Test
  void whoSubmittedItFirstMayBeSaid() throws IOException {
    Talk talk = greeted("submissions").send("AUTH PLAIN " + JANE).says("235");
    talk.send("MAIL FROM:<a@example.org> AUTH=e+3Dmc2@example.com", "RSET").says("250").says("250");
    talk.send("MAIL FROM:<a@example.org> AUTH=<>").says("250");
  }

  @Test
  void whoeverAFrontEndSpeaksForHasNotLoggedIn() throws IOException {
    Talk talk = new Talk(folder, Sites.FILTER, site(), "either").send("STARTTLS");
    talk.says("220").send("EHLO filter.example").says("250").send("AUTH PLAIN " + JANE).says("235");
    talk.send("XCLIENT ADDR=192.0.2.7 LOGIN=jane@example.org PROTO=ESMTP HELO=x.example");
    Client client = mailed(talk.says("220"));
    assertThat(client.account()).isEmpty();
    assertThat(client.trusted()).isFalse();
  }

  private Talk talk(String listener) throws IOException {
    return new Talk(folder, Sites.OUTSIDER, site(), listener);
  }

  /** In TLS, after EHLO. */
  private Talk greeted(String listener) throws IOException {
    Talk talk = talk(listener);
    if (listener.equals("either")) {
      talk.send("STARTTLS").says("220");
    }
    return talk.send("EHLO laptop.example").says("250");
  }

  private Site site() {
    return Sites.speakingTls(Sites.small(), folder);
  }

  private static Client mailed(Talk talk) {
    talk.begun().send("DATA", "Subject: x", "", "x", ".").says("354").says("250");
    return talk.mails.getFirst().envelope().client();
  }
}
