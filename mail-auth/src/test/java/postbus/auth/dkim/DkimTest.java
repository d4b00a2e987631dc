package postbus.auth.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.auth.MailHeader;
import postbus.auth.Zone;

/** What becomes of signatures: of RFC 8463's own, and of those that are wrong in each way. */
class DkimTest {
  private static final String GOOD =
      "v=1; a=ed25519-sha256; d=football.example.com; s=brisbane; h=from";

  private static DkimResult result(String mail) {
    return Signed.one(mail, Signed.keys()).result();
  }

  @Test
  void theSignedMailOfRfc8463() {
    String tags =
        """
        DKIM-Signature: v=1; a=%s; c=relaxed/relaxed;
         d=football.example.com; i=@football.example.com;
         q=dns/txt; s=%s; t=1528637909; h=from : to :
         %s
         bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
         b=%s
        """;
    String mail =
        tags.formatted(
                "ed25519-sha256",
                "brisbane",
                "subject : date : message-id : from : subject : date;",
                "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\n"
                    + " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==")
            + tags.formatted(
                "rsa-sha256",
                "test",
                "subject : date : message-id : from : subject : date;"
                    .replace("subject : date : m", "subject :\n date : m"),
                "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\n"
                    + " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\n"
                    + " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=")
            + """
            From: Joe SixPack <joe@football.example.com>
            To: Suzie Q <suzie@shopping.example.net>
            Subject: Is dinner ready?
            Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
            Message-ID: <20030712040037.46341.5F8J@football.example.com>

            Hi.

            We lost the game.  Are you hungry yet?

            Joe.
            """;
    assertThat(Signed.verify(mail.replace("\n", "\r\n"), Signed.keys()))
        .containsExactly(
            new Dkim.Outcome(DkimResult.PASS, Signed.DOMAIN, "brisbane", ""),
            new Dkim.Outcome(DkimResult.PASS, Signed.DOMAIN, "test", ""));
  }

  @Test
  void aMailThatNobodySigned() {
    assertThat(Signed.verify(TestSigner.FROM + "\r\n" + TestSigner.BODY, Signed.keys())).isEmpty();
  }

  @Test
  void withoutAKeyTheBodyIsNotRead() throws IOException {
    byte[] mail = TestSigner.mail(GOOD).getBytes(StandardCharsets.ISO_8859_1);
    try (BufferedInputStream in = new BufferedInputStream(new ByteArrayInputStream(mail))) {
      MailHeader header = MailHeader.read(in);
      assertThat(Dkim.verify(header, in, new Zone(), Instant.now()).getFirst().result())
          .isEqualTo(DkimResult.PERMERROR);
      assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
          .isEqualTo(TestSigner.BODY);
    }
  }

  @Test
  void whatWasChangedFails() {
    String mail = TestSigner.mail(GOOD);
    assertThat(result(mail)).isEqualTo(DkimResult.PASS);
    assertThat(result(mail.replace("lost", "won"))).isEqualTo(DkimResult.FAIL);
    assertThat(result(mail + "P.S.\r\n")).isEqualTo(DkimResult.FAIL);
    assertThat(result(mail.replace("joe@", "eve@"))).isEqualTo(DkimResult.FAIL);
    assertThat(result(mail.replace("From: ", "From:  "))).isEqualTo(DkimResult.FAIL);
    assertThat(result(mail.replace("s=brisbane", "s=brisbane ; t=1"))).isEqualTo(DkimResult.FAIL);
  }

  @Test
  void anOversignedFieldCannotBeAdded() {
    String mail = TestSigner.mail(GOOD + ":from:subject");
    assertThat(result(mail)).isEqualTo(DkimResult.PASS);
    assertThat(result("Subject: x\r\n" + mail)).isEqualTo(DkimResult.FAIL);
    assertThat(result("From: eve@example.net\r\n" + mail)).isEqualTo(DkimResult.FAIL);
    assertThat(result("X: y\nFrom: eve@example.net\r\n" + mail)).isEqualTo(DkimResult.FAIL);
    assertThat(result("X: y\r\n" + mail)).isEqualTo(DkimResult.PASS);
  }

  @Test
  void aPartOfABody() {
    assertThat(result(TestSigner.mail(GOOD + "; l=" + TestSigner.BODY.length())))
        .isEqualTo(DkimResult.PASS);
    assertThat(result(TestSigner.mail(GOOD + "; l=4", 4))).isEqualTo(DkimResult.POLICY);
    assertThat(result(TestSigner.mail(GOOD + "; l=4"))).isEqualTo(DkimResult.FAIL);
    assertThat(result(TestSigner.mail(GOOD + "; l=4000"))).isEqualTo(DkimResult.FAIL);
  }

  @Test
  void aSignatureExpires() {
    long now = Instant.now().getEpochSecond();
    assertThat(result(TestSigner.mail(GOOD + "; t=1; x=" + (now + 600))))
        .isEqualTo(DkimResult.PASS);
    assertThat(result(TestSigner.mail(GOOD + "; t=1; x=" + (now - 600))))
        .isEqualTo(DkimResult.FAIL);
    assertThat(result(TestSigner.mail(GOOD + "; t=" + now + "; x=1")))
        .isEqualTo(DkimResult.NEUTRAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v=1 | v=2
          v=1 | v=1; v=1
          v=1 | v=1; nonsense
          s=brisbane; | x=y;
          d=football.example.com | d=
          d=football.example.com | d=foot"ball
          d=football.example.com | d=football.example.com; i=joe@example.com
          d=football.example.com | d=football.example.com; i=joe@xfootball.example.com
          h=from | h=to
          h=from | h=from; c=strict
          h=from | h=from; q=http
          h=from | h=from; l=-1
          h=from | h=from; x=soon
          a=ed25519-sha256 | a=ed25519-sha512
          """)
  void whatIsNoSignatureByTheRulesIsNeutral(String good, String bad) {
    assertThat(result(TestSigner.mail(GOOD.replace(good, bad)))).isEqualTo(DkimResult.NEUTRAL);
  }

  @Test
  void sha1ProvesNothing() {
    assertThat(result(TestSigner.mail(GOOD.replace("ed25519-sha256", "rsa-sha1"))))
        .isEqualTo(DkimResult.POLICY);
  }

  @Test
  void ofManySignaturesTheTopmostAreVerified() {
    String mail = TestSigner.mail(GOOD);
    String signature = mail.substring(0, mail.indexOf("From:"));
    Zone dns = Signed.keys();
    assertThat(Signed.verify(signature.repeat(99) + mail, dns))
        .hasSize(Dkim.SIGNATURES_MAX)
        .allSatisfy(outcome -> assertThat(outcome.result()).isEqualTo(DkimResult.PASS));
    assertThat(dns.questions()).isEqualTo(Dkim.SIGNATURES_MAX);
  }

  @Test
  void aHeaderThatIsTooLargeIsNotLookedAtToItsEnd() {
    String mail = "X: y\r\n".repeat(100_000) + TestSigner.mail(GOOD);
    assertThat(Signed.verify(mail, Signed.keys())).isEmpty();
    assertThat(
            result(
                TestSigner.mail(GOOD)
                    .replace("\r\n\r\n", "\r\n" + "X: y\r\n".repeat(100_000) + "\r\n")))
        .isEqualTo(DkimResult.NEUTRAL);
  }

  @Test
  void aLargeBodyIsReadOnceAndNotHeld() throws IOException {
    long octets = 50L << 20;
    try (InputStream body = new Zeros(octets)) {
      String mail = TestSigner.mail(GOOD);
      MailHeader header =
          MailHeader.read(
              new BufferedInputStream(
                  new ByteArrayInputStream(mail.getBytes(StandardCharsets.ISO_8859_1))));
      assertThat(Dkim.verify(header, body, Signed.keys(), Instant.now()))
          .singleElement()
          .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(DkimResult.FAIL));
      assertThat(body.read()).isNegative();
    }
  }

  /** So many octets, none of them anywhere. */
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] array, int offset, int length) {
      int n = (int) Math.min(length, left);
      left -= n;
      return n == 0 ? -1 : n;
    }
  }
}
