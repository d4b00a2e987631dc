package postbus.auth.dkim;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import postbus.content.BodyHash;
import postbus.content.Canonicalization;

/** Signs whatever it is told, in the form simple/simple, with the key of RFC 8463 or another. */
final class TestSigner {
  static final String FROM = "From: joe@football.example.com\r\n";
  static final String BODY = "Hi.\r\n\r\nWe lost the game.\r\n";

  private TestSigner() {}

  /** FROM and BODY, signed with Ed25519; b= and bh= are put behind these tags. */
  static String mail(String tags) {
    return mail(tags, BODY.length());
  }

  /** Of the body, only so much is hashed. */
  static String mail(String tags, long bodyLength) {
    try {
      byte[] seed = Base64.getDecoder().decode(Signed.ED25519_SEED);
      byte[] pkcs8 =
          HexFormat.of()
              .parseHex("302e020100300506032b657004220420" + HexFormat.of().formatHex(seed));
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      return mail(tags, bodyLength, key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String mail(String tags, KeyPair keys) {
    return mail(tags, BODY.length(), keys.getPrivate());
  }

  private static String mail(String tags, long bodyLength, PrivateKey key) {
    try {
      BodyHash body = new BodyHash(Canonicalization.SIMPLE, bodyLength);
      body.octets(BODY.getBytes(StandardCharsets.US_ASCII), 0, BODY.length());
      String unsigned = "DKIM-Signature: " + tags + "; bh=" + base64(body.hash()) + "; b=";
      byte[] signed = (FROM + unsigned).getBytes(StandardCharsets.US_ASCII);
      boolean rsa = key.getAlgorithm().equals("RSA");
      Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "Ed25519");
      signature.initSign(key);
      signature.update(rsa ? signed : MessageDigest.getInstance("SHA-256").digest(signed));
      return unsigned + base64(signature.sign()) + "\r\n" + FROM + "\r\n" + BODY;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
