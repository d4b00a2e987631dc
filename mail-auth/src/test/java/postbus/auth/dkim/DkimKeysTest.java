package postbus.auth.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.auth.Zone;

/** What keys in DNS say of the signatures made with them, and which are none. */
class DkimKeysTest {
  private static final String GOOD =
      "v=1; a=ed25519-sha256; d=football.example.com; s=brisbane; h=from";

  private static DkimResult withKey(String record) {
    return Signed.one(TestSigner.mail(GOOD), new Zone().text(Signed.ED25519_NAME, record)).result();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v=DKIM1; k=ed25519; %s | PASS
          k=ed25519; g=*; n=a note; %s; unknown=x | PASS
          v=DKIM1; k=ed25519; h=sha1:sha256; s=email; t=s; %s | PASS
          v=DKIM1; k=ed25519; t=y:s; %s | PASS
          v=DKIM1; k=ed25519; p= | PERMERROR
          v=DKIM1; k=ed25519 | PERMERROR
          v=DKIM1; k=ed25519; p=AAAA | PERMERROR
          v=DKIM1; k=ed25519; p=*** | PERMERROR
          v=DKIM1; %s | PERMERROR
          v=DKIM2; k=ed25519; %s | PERMERROR
          k=ed25519; v=DKIM1; %s | PERMERROR
          v=DKIM1; k=ed25519; h=sha1; %s | PERMERROR
          v=DKIM1; k=ed25519; s=tlsrpt; %s | PERMERROR
          v=DKIM1; k=ed25519; p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= | FAIL
          nonsense | PERMERROR
          """)
  void theKeySays(String record, DkimResult result) {
    String p = "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    assertThat(withKey(record.replace("%s", p))).isEqualTo(result);
  }

  @Test
  void aKeyThatIsNotThereOrNotToBeHad() {
    String mail = TestSigner.mail(GOOD);
    assertThat(Signed.one(mail, new Zone()).result()).isEqualTo(DkimResult.PERMERROR);
    assertThat(Signed.one(mail, new Zone().silent(Signed.ED25519_NAME)).result())
        .isEqualTo(DkimResult.TEMPERROR);
    Zone two = new Zone().text(Signed.ED25519_NAME, "nonsense");
    assertThat(Signed.one(mail, two.text(Signed.ED25519_NAME, Signed.ED25519_KEY)).result())
        .isEqualTo(DkimResult.PASS);
  }

  @Test
  void aStrictKeyIsNotForDomainsBelowAndATestedOneFailsNobody() {
    String below = TestSigner.mail(GOOD + "; i=@a.football.example.com");
    assertThat(Signed.one(below, Signed.keys()).result()).isEqualTo(DkimResult.PASS);
    Zone strict = new Zone().text(Signed.ED25519_NAME, Signed.ED25519_KEY + "; t=s");
    assertThat(Signed.one(below, strict).result()).isEqualTo(DkimResult.PERMERROR);
    Zone testing = new Zone().text(Signed.ED25519_NAME, Signed.ED25519_KEY + "; t=y");
    assertThat(Signed.one(below + "more", testing).result()).isEqualTo(DkimResult.NEUTRAL);
  }

  @Test
  void anRsaKeyHasALength() throws Exception {
    assertThat(rsa(1024, false)).isEqualTo(DkimResult.PASS);
    assertThat(rsa(1024, true)).isEqualTo(DkimResult.PASS);
    assertThat(rsa(768, false)).isEqualTo(DkimResult.POLICY);
  }

  private static DkimResult rsa(int bits, boolean bare) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    KeyPair keys = generator.generateKeyPair();
    byte[] spki = keys.getPublic().getEncoded();
    byte[] key = bare ? Arrays.copyOfRange(spki, 22, spki.length) : spki;
    String record = "p=" + Base64.getEncoder().encodeToString(key);
    String mail = TestSigner.mail(GOOD.replace("ed25519", "rsa"), keys);
    return Signed.one(mail, new Zone().text(Signed.ED25519_NAME, record)).result();
  }
}
