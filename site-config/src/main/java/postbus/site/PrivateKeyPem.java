package postbus.site;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM, in the three forms that certificate tools write: PKCS#8 (any kind of key),
 * PKCS#1 (RSA) and SEC 1 (elliptic curves).
 */
final class PrivateKeyPem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");

  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  /** Of PKCS#8: version 0, and the algorithm rsaEncryption. */
  private static final byte[] RSA_ALGORITHM = hex("020100300d06092a864886f70d0101010500");

  /** Of PKCS#8: version 0; and the algorithm's id ecPublicKey, which the curve's id follows. */
  private static final byte[] VERSION = hex("020100");

  private static final byte[] EC_PUBLIC_KEY = hex("06072a8648ce3d0201");

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int CURVE = 0xa0;

  private PrivateKeyPem() {}

  /**
   * Reads the first private key in a text.
   *
   * @throws IllegalArgumentException which says what was found instead
   */
  static PrivateKey parse(String text) {
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      throw new IllegalArgumentException("holds no private key in PEM");
    }
    if (block.group(1).startsWith("ENCRYPTED") || block.group(2).contains("ENCRYPTED")) {
      throw new IllegalArgumentException("holds an encrypted key");
    }
    byte[] der = Base64.getMimeDecoder().decode(block.group(2));
    try {
      return key(
          switch (block.group(1)) {
            case "RSA PRIVATE KEY" -> tagged(SEQUENCE, RSA_ALGORITHM, tagged(OCTETS, der));
            case "EC PRIVATE KEY" -> ofCurve(der);
            default -> der;
          });
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("holds a damaged key", e);
    }
  }

  private static PrivateKey key(byte[] pkcs8) {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException _) {
        // Not of this algorithm.
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalArgumentException("holds a damaged key, or one of an unknown kind");
  }

  /** SEC 1, C.4: the sequence of version 1, the key, and the curve's id; short lengths alone. */
  private static byte[] ofCurve(byte[] sec1) {
    int content = sec1[1] < 0 ? 3 : 2;
    int key = content + 3;
    int curve = key + 2 + sec1[key + 1];
    if ((sec1[curve] & 0xff) != CURVE) {
      throw new IllegalArgumentException("holds a key that does not name its curve");
    }
    byte[] id = Arrays.copyOfRange(sec1, curve + 2, curve + 2 + sec1[curve + 1]);
    byte[] algorithm = tagged(SEQUENCE, EC_PUBLIC_KEY, id);
    return tagged(SEQUENCE, joined(VERSION, algorithm), tagged(OCTETS, sec1));
  }

  private static byte[] tagged(int tag, byte[] first, byte[] second) {
    return tagged(tag, joined(first, second));
  }

  /** DER: tag, length, value. */
  private static byte[] tagged(int tag, byte[] value) {
    int n = value.length;
    byte[] head =
        n < 0x80
            ? new byte[] {(byte) tag, (byte) n}
            : new byte[] {(byte) tag, (byte) 0x83, (byte) (n >> 16), (byte) (n >> 8), (byte) n};
    return joined(head, value);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
