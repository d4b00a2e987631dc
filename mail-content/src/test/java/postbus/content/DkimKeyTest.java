package postbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DkimKeyTest {
  @TempDir Path folder;

  @Test
  void rsaAndEd25519AreRead() throws Exception {
    assertThat(Keys.rsa().algorithm()).isEqualTo("rsa-sha256");
    assertThat(Keys.ed25519().algorithm()).isEqualTo("ed25519-sha256");
    KeyPair rsa = pair("RSA", 2048);
    assertThat(DkimKey.read(pem("PRIVATE KEY", rsa.getPrivate().getEncoded())).algorithm())
        .isEqualTo("rsa-sha256");
  }

  @Test
  void aTextBeforeTheKeyIsSkipped() throws Exception {
    Path file = folder.resolve("key.pem");
    Files.writeString(file, "# ours\n" + Files.readString(Keys.file("rfc8463-ed25519.pem")));
    assertThat(DkimKey.read(file).algorithm()).isEqualTo("ed25519-sha256");
  }

  @Test
  void whatIsNoGoodKeyIsNamed() throws Exception {
    refused(folder.resolve("none.pem"), "no such file");
    refused(folder, "cannot be read");
    refused(Files.writeString(folder.resolve("text.pem"), "hello"), "nothing in PEM");
    refused(pem("PUBLIC KEY", pair("RSA", 2048).getPublic().getEncoded()), "a public key");
    refused(pem("PRIVATE KEY", pair("RSA", 512).getPrivate().getEncoded()), "of 512 bits");
    refused(pem("PRIVATE KEY", pair("EC", 256).getPrivate().getEncoded()), "another kind");
    refused(pem("PRIVATE KEY", new byte[] {1, 2, 3}), "another kind");
    refused(pem("RSA PRIVATE KEY", new byte[200]), "damaged");
    refused(pem("ENCRYPTED PRIVATE KEY", new byte[200]), "encrypted");
    refused(pem("CERTIFICATE", new byte[200]), "a CERTIFICATE");
    refused(
        Files.writeString(
            folder.resolve("old.pem"),
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n"
                + "-----END RSA PRIVATE KEY-----\n"),
        "expected a private key");
  }

  private static void refused(Path file, String why) {
    assertThatThrownBy(() -> DkimKey.read(file))
        .isInstanceOf(InvalidDkimKey.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(why)
        .hasMessageContaining("expected a private key in PEM");
  }

  private Path pem(String label, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder().encodeToString(der);
    return Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
  }

  private static KeyPair pair(String algorithm, int bits) throws Exception {
    KeyPairGenerator pairs = KeyPairGenerator.getInstance(algorithm);
    pairs.initialize(bits);
    return pairs.generateKeyPair();
  }
}
