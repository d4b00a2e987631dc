package postbus.auth.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The key that a domain publishes at SELECTOR._domainkey.DOMAIN (RFC 6376, section 3.6.1).
 *
 * @param testing the domain is only trying DKIM (t=y)
 * @param exact not for identities of domains below (t=s)
 */
record DkimPublicKey(PublicKey key, boolean testing, boolean exact) {
  private static final int RSA_BITS_MIN = 1024;

  /** RFC 8301, section 3.2, wants 4096; what is larger costs too much to be asked of us. */
  private static final int RSA_BITS_MAX = 8192;

  /** What stands before the octets of an Ed25519 key in a SubjectPublicKeyInfo. */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  /** What stands before an RSAPublicKey of PKCS#1 in one: the algorithm, rsaEncryption. */
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  /** What a text is. */
  sealed interface Read {}

  record Good(DkimPublicKey key) implements Read {}

  record Bad(String why) implements Read {}

  /**
   * Reads a record.
   *
   * @param algorithm of the signature: {@code rsa} or {@code ed25519}
   */
  static Read read(String text, String algorithm) {
    Optional<TagList> list = TagList.read(text);
    if (list.isEmpty()) {
      return new Bad("the key's record is malformed");
    }
    TagList tags = list.get();
    if (tags.get("v").isPresent() && !tags.beginsWith("v", "DKIM1")) {
      return new Bad("the key's record is not one of DKIM");
    } else if (!tags.packed("k").orElse("rsa").equals(algorithm)) {
      return new Bad("the key is of another kind");
    } else if (!names(tags, "h", "sha256").contains("sha256")) {
      return new Bad("the key is not for sha256");
    } else if (names(tags, "s", "*").stream().noneMatch(List.of("*", "email")::contains)) {
      return new Bad("the key is not for mail");
    }
    Optional<String> octets = tags.packed("p");
    if (octets.isEmpty() || octets.get().isEmpty()) {
      return new Bad(octets.isEmpty() ? "the key's record has no key" : "the key is revoked");
    }
    List<String> flags = names(tags, "t", "");
    return key(octets.get(), algorithm)
        .<Read>map(
            key -> new Good(new DkimPublicKey(key, flags.contains("y"), flags.contains("s"))))
        .orElseGet(() -> new Bad("the key is damaged"));
  }

  private static List<String> names(TagList tags, String tag, String otherwise) {
    return Arrays.asList(tags.packed(tag).orElse(otherwise).split(":"));
  }

  private static Optional<PublicKey> key(String base64, String algorithm) {
    try {
      byte[] octets = Base64.getDecoder().decode(base64);
      if (algorithm.equals("ed25519")) {
        return octets.length == 32 ? key("Ed25519", joined(ED25519, octets)) : Optional.empty();
      }
      return key("RSA", octets).or(() -> key("RSA", fromPkcs1(octets)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<PublicKey> key(String kind, byte[] spki) {
    try {
      return Optional.of(KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(spki)));
    } catch (InvalidKeySpecException _) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Some publish the bare key (RFC 6376, erratum 3017). */
  private static byte[] fromPkcs1(byte[] pkcs1) {
    return tagged(0x30, joined(RSA, tagged(0x03, joined(new byte[] {0}, pkcs1))));
  }

  /** DER: tag, length, value. */
  private static byte[] tagged(int tag, byte[] value) {
    byte[] head = {(byte) tag, (byte) 0x82, (byte) (value.length >> 8), (byte) value.length};
    return joined(head, value);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** Whether it is neither too short to be trusted nor too long to be computed with. */
  boolean isOfGoodLength() {
    return !(key instanceof RSAPublicKey rsa)
        || (rsa.getModulus().bitLength() >= RSA_BITS_MIN
            && rsa.getModulus().bitLength() <= RSA_BITS_MAX);
  }

  /** With Ed25519 the hash is what was signed (RFC 8463, section 3). */
  boolean verifies(byte[] signed, byte[] signature) {
    boolean rsa = key instanceof RSAPublicKey;
    try {
      Signature verifier = Signature.getInstance(rsa ? "SHA256withRSA" : "Ed25519");
      verifier.initVerify(key);
      verifier.update(rsa ? signed : MessageDigest.getInstance("SHA-256").digest(signed));
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      return false; // a signature of the wrong length, or a key that cannot be
    }
  }
}
