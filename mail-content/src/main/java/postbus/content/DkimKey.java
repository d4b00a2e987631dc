package postbus.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private key that mail is signed with: RSA (RFC 6376) or Ed25519 (RFC 8463). */
public final class DkimKey {
  /** RFC 8301, section 3.2: verifiers reject less. */
  static final int RSA_BITS_MIN = 1024;

  /** Octets; no key's file is larger. */
  private static final int FILE_MAX = 64 * 1024;

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** What stands before a PKCS#1 key in PKCS#8: version 0, and the algorithm rsaEncryption. */
  private static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private final PrivateKey key;

  private DkimKey(PrivateKey key) {
    this.key = key;
  }

  /**
   * Reads a key from a PEM file.
   *
   * @throws InvalidDkimKey if the file cannot be read or holds anything else than one good key
   */
  public static DkimKey read(Path file) throws InvalidDkimKey {
    Matcher pem = PEM.matcher(text(file));
    if (!pem.find()) {
      throw new InvalidDkimKey(file, "nothing in PEM");
    }
    byte[] der = der(file, pem.group(2));
    PrivateKey key =
        switch (pem.group(1)) {
          case "PRIVATE KEY" ->
              key(der).orElseThrow(() -> new InvalidDkimKey(file, "another kind of key"));
          case "RSA PRIVATE KEY" ->
              key(pkcs8(der)).orElseThrow(() -> new InvalidDkimKey(file, "a damaged RSA key"));
          case "PUBLIC KEY", "RSA PUBLIC KEY" -> throw new InvalidDkimKey(file, "a public key");
          case "ENCRYPTED PRIVATE KEY" -> throw new InvalidDkimKey(file, "an encrypted key");
          default -> throw new InvalidDkimKey(file, "a " + pem.group(1));
        };
    if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
      int bits = rsa.getModulus().bitLength();
      throw new InvalidDkimKey(file, "an RSA key of " + bits + " bits");
    }
    return new DkimKey(key);
  }

  private static String text(Path file) throws InvalidDkimKey {
    try {
      if (Files.size(file) > FILE_MAX) {
        throw new InvalidDkimKey(file, "too large for a key");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException _) {
      throw new InvalidDkimKey(file, "no such file");
    } catch (IOException e) {
      throw new InvalidDkimKey(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static byte[] der(Path file, String base64) throws InvalidDkimKey {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new InvalidDkimKey(file, "damaged base64, or an encrypted key");
    }
  }

  private static Optional<PrivateKey> key(byte[] pkcs8) {
    for (String algorithm : new String[] {"RSA", "Ed25519"}) {
      try {
        KeyFactory keys = KeyFactory.getInstance(algorithm);
        return Optional.of(keys.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
      } catch (InvalidKeySpecException _) {
        // Not of this algorithm.
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
    return Optional.empty();
  }

  private static byte[] pkcs8(byte[] pkcs1) {
    return tagged(0x30, joined(RSA_ALGORITHM, tagged(0x04, pkcs1)));
  }

  /** DER: tag, length, value. */
  private static byte[] tagged(int tag, byte[] value) {
    byte[] length =
        value.length < 0x80
            ? new byte[] {(byte) value.length}
            : new byte[] {
              (byte) 0x83,
              (byte) (value.length >> 16),
              (byte) (value.length >> 8),
              (byte) value.length
            };
    return joined(joined(new byte[] {(byte) tag}, length), value);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** The tag a= of a signature. */
  String algorithm() {
    return isRsa() ? "rsa-sha256" : "ed25519-sha256";
  }

  private boolean isRsa() {
    return key instanceof RSAPrivateKey;
  }

  /** Signs the header's hash; with Ed25519 the hash itself is what is signed (RFC 8463, 3). */
  byte[] sign(byte[] header) {
    try {
      Signature signature = Signature.getInstance(isRsa() ? "SHA256withRSA" : "Ed25519");
      signature.initSign(key);
      signature.update(isRsa() ? header : sha256().digest(header));
      return signature.sign();
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("a key that was read cannot sign", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
