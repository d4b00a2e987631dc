package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.policy.OriginRig.BAD;
import static postbus.policy.OriginRig.GOOD;
import static postbus.policy.OriginRig.field;
import static postbus.policy.OriginRig.from;
import static postbus.policy.OriginRig.isSuspect;
import static postbus.policy.OriginRig.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
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
import postbus.mail.AuthenticationResults;
import postbus.mail.Envelope;
import postbus.mail.Verdict;
import postbus.site.Authentication.Handling;

/** What is told of where mail comes from, whatever strangers write. */
class OriginFieldTest {
  @TempDir Path folder;
  private OriginRig rig;

  @BeforeEach
  void serve() throws IOException {
    rig = new OriginRig();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void whatWasFoundIsToldInOneField() {
    Verdict verdict = rig.verdict(GOOD, "joe@example.org", from("joe@example.org"));
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
  void aSecondFromBehindALoneLfIsSeen() {
    Verdict verdict =
        rig.verdict(
            GOOD, "joe@example.org", "X: y\nFrom: ceo@bank.example\r\n" + from("joe@example.org"));
    assertThat(field(verdict)).contains("dmarc=permerror");
    assertThat(isSuspect(verdict)).isTrue();
  }

  @Test
  void whatDmarcAloneNeedsIsNotTold() {
    rig.spf = Handling.OFF;
    rig.dkim = Handling.OFF;
    assertThat(field(rig.verdict(GOOD, "joe@example.org", from("joe@example.org"))))
        .isEqualTo(
            "Authentication-Results: mx.example.net;\r\n"
                + "\tdmarc=pass header.from=example.org polrec.p=reject\r\n");
  }

  @Test
  void theNameOfTheClientIsCheckedToo() throws IOException {
    rig.dns.add("mail.lenient.example. TXT \"v=spf1 -all\"");
    Verdict verdict = rig.verdict(GOOD, "joe@example.org", from("joe@example.org"));
    assertThat(field(verdict))
        .contains(
            "spf=pass smtp.mailfrom=example.org;\r\n\tspf=fail smtp.helo=mail.lenient.example");
    assertThat(isSuspect(verdict)).isTrue();
    assertThat(field(rig.verdict(GOOD, "", from("joe@example.org"))))
        .contains("net;\r\n\tspf=fail smtp.helo=mail.lenient.example;\r\n\tdkim");
  }

  @Test
  void aSignatureStandsForItsDomainWhereverTheMailComesFrom() throws Exception {
    String signed = signed(from("joe@a.example.org"));
    assertThat(field(rig.verdict(BAD, "list@lenient.example", signed)))
        .contains("dkim=pass header.d=example.org header.s=k;")
        .contains("dmarc=pass header.from=a.example.org polrec.p=quarantine");
    assertThat(field(rig.verdict(BAD, "list@lenient.example", signed + "-- \r\nthe list\r\n")))
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
    rig.dns.add("k._domainkey.example.org. TXT \"v=DKIM1; k=ed25519; p=" + octets + "\"");
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
    String field = field(rig.verdict(BAD, sender, signature + from("\"x\" <a@b@c>")));
    assertThat(field)
        .contains("spf=none smtp.mailfrom=\"b c;\\\"spf=pass\\\" (x\\\\?.example\";")
        .contains("dkim=neutral reason=")
        .contains("dmarc=permerror")
        .matches("(?s)[ -~\\r\\n\\t]*");
  }
}
