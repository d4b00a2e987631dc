package postbus.site;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this host proves with who it is: a certificate with those that vouch for it, and its private
 * key. One that exists fits together; whether it has expired is for whoever uses it to say.
 *
 * @param chain its own certificate first
 */
public record TlsCertificate(List<X509Certificate> chain, PrivateKey key) {
  /** Octets of a file; a chain is some thousand. */
  private static final int OCTETS_MAX = 256 << 10;

  private static final String CHAIN_EXPECTED =
      "expected certificates in PEM, this host's own first";
  private static final String KEY_EXPECTED =
      "expected a private key in PEM without a password (PKCS#8, PKCS#1 or SEC 1)";

  /** Empty if the key is not that of the first certificate. */
  public static Optional<TlsCertificate> of(List<X509Certificate> chain, PrivateKey key) {
    return fits(chain.getFirst().getPublicKey(), key)
        ? Optional.of(new TlsCertificate(List.copyOf(chain), key))
        : Optional.empty();
  }

  /**
   * Reads a chain.
   *
   * @throws IllegalArgumentException if the file is anything else; it does not name the file
   */
  public static List<X509Certificate> chain(Path file) {
    String text = text(file);
    List<X509Certificate> chain = new ArrayList<>();
    try {
      byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
      CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(octets))
          .forEach(each -> chain.add((X509Certificate) each));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("holds a damaged certificate, " + CHAIN_EXPECTED, e);
    }
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("holds no certificate, " + CHAIN_EXPECTED);
    }
    return chain;
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if the file is anything else; it does not name the file
   */
  public static PrivateKey key(Path file) {
    String text = text(file);
    try {
      return PrivateKeyPem.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + ", " + KEY_EXPECTED, e);
    }
  }

  private static String text(Path file) {
    return switch (TextFile.read(file, file.toString(), OCTETS_MAX)) {
      case Checked.Good<String>(String text, var _) -> text;
      case Checked.Wrong<String>(List<SiteProblem> problems) ->
          throw new IllegalArgumentException(problems.getFirst().expected());
    };
  }

  private static boolean fits(PublicKey certified, PrivateKey key) {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case String other -> other;
        };
    byte[] challenge = new byte[32];
    new SecureRandom().nextBytes(challenge);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(challenge);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(challenge);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Until when it is valid, itself and those that vouch for it. */
  public Instant expiry() {
    return chain.stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** Whom it is of, and until when, for people. */
  @Override
  public String toString() {
    return chain.getFirst().getSubjectX500Principal() + ", valid until " + expiry();
  }
}
