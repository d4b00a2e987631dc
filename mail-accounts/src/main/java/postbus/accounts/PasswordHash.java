package postbus.accounts;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password as Dovecot writes it, {@code {SCHEME}hash}: {SSHA}, {SMD5}, {SSHA512}, {BLF-CRYPT},
 * {ARGON2ID}, {SHA256-CRYPT}, {SHA512-CRYPT}, and {CRYPT} with $2y$, $5$ or $6$, each also with
 * {@code .b64} or {@code .hex} behind its scheme; without a scheme it is one of {CRYPT}.
 *
 * <p>What a hash may ask of this machine is bounded; one that asks for more is as good as unknown.
 */
public final class PasswordHash {
  /** Longer passwords match nothing. */
  public static final int PASSWORD_OCTETS_MAX = 1024;

  /** Characters of a hash. */
  static final int HASH_MAX = 1024;

  private static final Pattern WRITTEN =
      Pattern.compile("(?:\\{([A-Za-z0-9-]+)(?:\\.([A-Za-z0-9]+))?})?(.*)", Pattern.DOTALL);

  private final String scheme;
  private final Optional<Verifier> verifier;
  private final String problem;

  /** What comes of comparing a password with a hash. */
  public enum Match {
    YES,
    NO,
    /** It cannot be told, or not now: that is no wrong password. */
    AWAY
  }

  private PasswordHash(String scheme, Optional<Verifier> verifier, String problem) {
    this.scheme = scheme;
    this.verifier = verifier;
    this.problem = problem;
  }

  /** A hash as it is written; one that is not understood has a {@link #problem}. */
  public static PasswordHash of(String written) {
    Matcher parts = WRITTEN.matcher(written);
    if (written.length() > HASH_MAX || !parts.matches()) {
      return new PasswordHash("?", Optional.empty(), "its password is no {SCHEME}hash");
    }
    String scheme = parts.group(1) == null ? "CRYPT" : parts.group(1).toUpperCase(Locale.ROOT);
    String encoding = parts.group(2) == null ? "" : parts.group(2).toUpperCase(Locale.ROOT);
    try {
      Verifier verifier = verifier(scheme, encoding, parts.group(3));
      return new PasswordHash(scheme, Optional.of(verifier), "");
    } catch (NotUnderstood e) {
      return new PasswordHash(scheme, Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private static Verifier verifier(String scheme, String encoding, String hash)
      throws NotUnderstood {
    return switch (scheme) {
      case "SSHA" -> SaltedDigest.of("SHA-1", digest(encoding, hash));
      case "SMD5" -> SaltedDigest.of("MD5", digest(encoding, hash));
      case "SSHA512" -> SaltedDigest.of("SHA-512", digest(encoding, hash));
      case "CRYPT" -> CryptHash.of(text(encoding, hash));
      case "SHA256-CRYPT" -> CryptHash.of(text(encoding, hash), "$5$");
      case "SHA512-CRYPT" -> CryptHash.of(text(encoding, hash), "$6$");
      case "BLF-CRYPT" -> CryptHash.of(text(encoding, hash), "$2");
      case "ARGON2ID" -> Argon2Hash.of(text(encoding, hash));
      default -> throw new NotUnderstood("{" + scheme + "} is none of the schemes known here");
    };
  }

  /**
   * A new hash, of the strongest scheme, as it stands in a file of accounts. It takes some 0.1 s.
   *
   * @param password in UTF-8; stays as it is
   */
  public static String make(byte[] password) {
    return Argon2Hash.make(password, new SecureRandom()).written();
  }

  /** Dovecot writes digests in base64 unless it is told otherwise. */
  private static byte[] digest(String encoding, String hash) throws NotUnderstood {
    return decoded(encoding.isEmpty() ? "B64" : encoding, hash);
  }

  private static String text(String encoding, String hash) throws NotUnderstood {
    return encoding.isEmpty()
        ? hash
        : new String(decoded(encoding, hash), StandardCharsets.ISO_8859_1);
  }

  private static byte[] decoded(String encoding, String hash) throws NotUnderstood {
    try {
      return switch (encoding) {
        case "B64", "BASE64" -> Base64.getDecoder().decode(hash);
        case "HEX" -> HexFormat.of().parseHex(hash);
        default -> throw new NotUnderstood("the encoding ." + encoding + " is not known");
      };
    } catch (IllegalArgumentException _) {
      throw new NotUnderstood("its hash is not in " + encoding);
    }
  }

  /**
   * Compares a password with it, in constant time. Where that is costly it waits for its turn, and
   * computes for a second or so.
   *
   * @param password in UTF-8; stays as it is
   */
  public Match matches(byte[] password) {
    if (verifier.isEmpty()) {
      return Match.AWAY;
    }
    return password.length > PASSWORD_OCTETS_MAX || hasNul(password)
        ? Match.NO
        : Turns.SHARED.match(verifier.get(), password);
  }

  /** In C a text ends there: what follows would not count with Dovecot. */
  private static boolean hasNul(byte[] password) {
    for (byte octet : password) {
      if (octet == 0) {
        return true;
      }
    }
    return false;
  }

  /** Why nobody can log in with it. */
  public Optional<String> problem() {
    return verifier.isPresent() ? Optional.empty() : Optional.of(problem);
  }

  /** What the hash is, without braces. */
  public String scheme() {
    return scheme;
  }

  /** The scheme alone. */
  @Override
  public String toString() {
    return "{" + scheme + "}";
  }
}
