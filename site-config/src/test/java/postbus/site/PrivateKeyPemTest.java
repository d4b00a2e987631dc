package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as OpenSSL writes them; each also in the form PKCS#8, which the JDK reads by itself. */
class PrivateKeyPemTest {

  @ParameterizedTest
  @CsvSource({
    "rsa-pkcs1.pem, rsa-pkcs8.pem",
    "ec-sec1.pem, ec-pkcs8.pem",
    "ec384-sec1.pem, ec384-pkcs8.pem"
  })
  void theOldFormsHoldTheSameKey(String old, String pkcs8) throws IOException {
    assertThat(secret(old)).isEqualTo(secret(pkcs8));
  }

  private static BigInteger secret(String name) throws IOException {
    return switch (PrivateKeyPem.parse(text(name))) {
      case RSAPrivateKey rsa -> rsa.getPrivateExponent();
      case ECPrivateKey curve -> curve.getS();
      case PrivateKey other -> throw new AssertionError(other);
    };
  }

  @Test
  void aKeyWithAPasswordIsRefused() throws IOException {
    String encrypted = text("encrypted.pem");
    assertThatThrownBy(() -> PrivateKeyPem.parse(encrypted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("holds an encrypted key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa-pkcs1.pem", "ec-sec1.pem", "ec-pkcs8.pem"})
  void aKeyThatWasCutIsRefused(String name) throws IOException {
    String[] lines = text(name).split("-----\n");
    String body = lines[lines.length - 1].split("\n-----")[0];
    for (int cut = 0; cut < body.length(); cut += 7) {
      String damaged = text(name).replace(body, body.substring(0, cut));
      assertThatThrownBy(() -> PrivateKeyPem.parse(damaged))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static String text(String name) throws IOException {
    try (InputStream in = PrivateKeyPemTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
