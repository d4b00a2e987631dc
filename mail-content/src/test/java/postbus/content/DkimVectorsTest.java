package postbus.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The signed mail of RFC 8463, appendix A; its content is that of RFC 6376, appendix A. */
class DkimVectorsTest {
  private static final String MAIL =
      Mails.lines(
          "From: Joe SixPack <joe@football.example.com>",
          "To: Suzie Q <suzie@shopping.example.net>",
          "Subject: Is dinner ready?",
          "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
          "Message-ID: <20030712040037.46341.5F8J@football.example.com>",
          "",
          "Hi.",
          "",
          "We lost the game.  Are you hungry yet?",
          "",
          "Joe.");

  private static final String TAGS =
      " v=1; a=%s; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n"
          + " q=dns/txt; s=%s; t=1528637909; h=from : to :\r\n"
          + " subject : date : message-id : from : subject : date;\r\n"
          + " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";

  private static final List<String> SIGNED =
      Arrays.asList("from to subject date message-id from subject date".split(" "));

  private static final String RELAXED_EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  private static final String SIMPLE_EMPTY = "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=";

  private static String hash(Canonicalization form, String body) {
    BodyHash hash = new BodyHash(form);
    byte[] octets = Mails.octets(body);
    for (int at = 0; at < octets.length; at++) {
      hash.octets(octets, at, at + 1);
    }
    return base64(hash.hash());
  }

  @Test
  void theBodyHash() {
    assertThat(hash(Canonicalization.RELAXED, Mails.body(MAIL)))
        .isEqualTo("2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
  }

  @Test
  void theHashOfNoBodyAndOfEmptyLines() {
    // RFC 6376, sections 3.4.3 and 3.4.4.
    assertThat(hash(Canonicalization.RELAXED, "")).isEqualTo(RELAXED_EMPTY);
    assertThat(hash(Canonicalization.RELAXED, "\r\n \t\r\n\r\n")).isEqualTo(RELAXED_EMPTY);
    assertThat(hash(Canonicalization.SIMPLE, "")).isEqualTo(SIMPLE_EMPTY);
    assertThat(hash(Canonicalization.SIMPLE, "\r\n\r\n")).isEqualTo(SIMPLE_EMPTY);
  }

  @Test
  void theFormsOfABody() {
    // RFC 6376, section 3.4.5.
    String body = " C \r\nD \t E\r\n\r\n\r\n";
    assertThat(hash(Canonicalization.RELAXED, body))
        .isEqualTo(hash(Canonicalization.SIMPLE, " C\r\nD E\r\n"));
    assertThat(hash(Canonicalization.SIMPLE, body))
        .isEqualTo(hash(Canonicalization.SIMPLE, " C \r\nD \t E"));
  }

  @Test
  void aLoneCrOrLfEndsNoLine() {
    assertThat(hash(Canonicalization.RELAXED, "a \n\r b\r"))
        .isEqualTo(hash(Canonicalization.SIMPLE, "a \n\r b\r\r\n"));
  }

  @Test
  void ofAPartOfABody() {
    BodyHash part = new BodyHash(Canonicalization.SIMPLE, 4);
    byte[] octets = Mails.octets("ab\r\ncd\r\n\r\n");
    part.octets(octets, 0, octets.length);
    assertThat(base64(part.hash())).isEqualTo(hash(Canonicalization.SIMPLE, "ab\r\n"));
    assertThat(part.length()).isEqualTo(8);
  }

  @Test
  void theEd25519Signature() throws Exception {
    assertThat(signature(Keys.ed25519(), TAGS.formatted("ed25519-sha256", "brisbane")))
        .isEqualTo(
            "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus"
                + "Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==");
  }

  @Test
  void theRsaSignature() throws Exception {
    String tags =
        TAGS.formatted("rsa-sha256", "test")
            .replace("to :\r\n subject : date :", "to : subject :\r\n date :");
    assertThat(signature(Keys.rsa(), tags))
        .isEqualTo(
            "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3"
                + "DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz"
                + "dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=");
  }

  @Test
  void theRelaxedForms() {
    // RFC 6376, section 3.4.5.
    assertThat(new HeaderFields.Field("a", " X").relaxed()).isEqualTo("a:X");
    assertThat(new HeaderFields.Field("b", " Y\t\r\n\tZ  ").relaxed()).isEqualTo("b:Y Z");
  }

  private static String signature(DkimKey key, String tags) throws Exception {
    Lines lines = new Lines(new ByteArrayInputStream(Mails.octets(MAIL)));
    HeaderFields header = HeaderFields.read(lines).orElseThrow();
    return base64(key.sign(DkimSigner.signedOctets(header, SIGNED, tags)));
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
