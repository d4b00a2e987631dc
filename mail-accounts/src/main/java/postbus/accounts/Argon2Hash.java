package postbus.accounts;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** A hash of Argon2id (RFC 9106), in the text form that libsodium and so Dovecot have. */
record Argon2Hash(int memoryKib, int passes, int lanes, byte[] salt, byte[] hash)
    implements Verifier {
  /** What {@code doveadm pw -s ARGON2ID} asks for. */
  static final int MEMORY_KIB_MAX = 64 << 10;

  static final int PASSES_MAX = 16;
  static final int LANES_MAX = 4;
  private static final int SALT_MIN = 8;
  private static final int OCTETS_MAX = 64;
  private static final int HASH_MIN = 16;

  /** For new passwords: OWASP's first choice of 2023 for Argon2id. */
  private static final int NEW_MEMORY_KIB = 19 << 10;

  private static final int NEW_PASSES = 2;
  private static final int NEW_SALT = 16;
  private static final int NEW_HASH = 32;

  private static final Pattern TEXT =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})"
              + "\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  static Argon2Hash of(String text) throws NotUnderstood {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new NotUnderstood("its hash does not begin with $argon2id$v=19$m=…,t=…,p=…$");
    }
    int lanes = bounded("p", parts.group(3), 1, LANES_MAX);
    return new Argon2Hash(
        bounded("m", parts.group(1), 8 * lanes, MEMORY_KIB_MAX),
        bounded("t", parts.group(2), 1, PASSES_MAX),
        lanes,
        octets(parts.group(4), SALT_MIN),
        octets(parts.group(5), HASH_MIN));
  }

  /** One of a new password. */
  static Argon2Hash make(byte[] password, SecureRandom random) {
    byte[] salt = new byte[NEW_SALT];
    random.nextBytes(salt);
    byte[] none = new byte[NEW_HASH];
    Argon2Hash empty = new Argon2Hash(NEW_MEMORY_KIB, NEW_PASSES, 1, salt, none);
    return new Argon2Hash(NEW_MEMORY_KIB, NEW_PASSES, 1, salt, empty.compute(password));
  }

  private static int bounded(String name, String number, int min, int max) throws NotUnderstood {
    int value = Integer.parseInt(number);
    if (value < min || value > max) {
      throw new NotUnderstood("its %s is %d, expected %d to %d".formatted(name, value, min, max));
    }
    return value;
  }

  private static byte[] octets(String text, int min) throws NotUnderstood {
    try {
      byte[] octets = Base64.getDecoder().decode(text);
      if (octets.length >= min && octets.length <= OCTETS_MAX) {
        return octets;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new NotUnderstood(
        "its salt or hash is amiss, expected %d to %d octets in base64".formatted(min, OCTETS_MAX));
  }

  @Override
  public boolean matches(byte[] password) {
    return MessageDigest.isEqual(hash, compute(password));
  }

  private byte[] compute(byte[] password) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] computed = new byte[hash.length];
    generator.generateBytes(password, computed);
    return computed;
  }

  /** As it stands in a file of accounts. */
  String written() {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "{ARGON2ID}$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            memoryKib, passes, lanes, base64.encodeToString(salt), base64.encodeToString(hash));
  }

  @Override
  public String toString() {
    return "{ARGON2ID}";
  }
}
