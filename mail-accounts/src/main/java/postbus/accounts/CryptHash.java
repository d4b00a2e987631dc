package postbus.accounts;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** The hashes of crypt(3) that are still good: bcrypt ($2y$), SHA-256 ($5$), SHA-512 ($6$). */
record CryptHash(String hash, boolean isBcrypt) implements Verifier {
  /** Of $5$ and $6$: half a second, some hundred times what is usual. */
  static final int ROUNDS_MAX = 500_000;

  /** Of $2y$: the logarithm of its rounds. About a second. */
  static final int BCRYPT_COST_MAX = 14;

  private static final int MEMORY_KIB = 8;
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");
  private static final Pattern SHA2 =
      Pattern.compile(
          "\\$(?:5|6)\\$(?:rounds=([0-9]{1,9})\\$)?[./A-Za-z0-9]{1,16}\\$([./A-Za-z0-9]+)");
  private static final int SHA256_LENGTH = 43;
  private static final int SHA512_LENGTH = 86;

  static CryptHash of(String hash) throws NotUnderstood {
    Matcher bcrypt = BCRYPT.matcher(hash);
    if (bcrypt.matches()) {
      int cost = Integer.parseInt(bcrypt.group(1));
      if (cost < 4 || cost > BCRYPT_COST_MAX) {
        throw new NotUnderstood("its cost is " + cost + ", expected 4 to " + BCRYPT_COST_MAX);
      }
      return new CryptHash(hash, true);
    }
    Matcher sha2 = SHA2.matcher(hash);
    int length = hash.startsWith("$5$") ? SHA256_LENGTH : SHA512_LENGTH;
    if (!sha2.matches() || sha2.group(2).length() != length) {
      throw new NotUnderstood("its hash is none of crypt(3) that is known here: $2y$, $5$, $6$");
    }
    if (sha2.group(1) != null && Integer.parseInt(sha2.group(1)) > ROUNDS_MAX) {
      throw new NotUnderstood(
          "its rounds are " + sha2.group(1) + ", expected at most " + ROUNDS_MAX);
    }
    return new CryptHash(hash, false);
  }

  /**
   * One of a certain kind.
   *
   * @param prefix that it has to have
   */
  static CryptHash of(String hash, String prefix) throws NotUnderstood {
    if (!hash.startsWith(prefix)) {
      throw new NotUnderstood("its hash does not begin with " + prefix);
    }
    return of(hash);
  }

  @Override
  public boolean matches(byte[] password) {
    byte[] copy = password.clone(); // Sha2Crypt wipes what it is given.
    if (isBcrypt) {
      return OpenBSDBCrypt.checkPassword(hash, copy);
    }
    String computed =
        hash.startsWith("$5$")
            ? Sha2Crypt.sha256Crypt(copy, hash)
            : Sha2Crypt.sha512Crypt(copy, hash);
    return MessageDigest.isEqual(hash.getBytes(US_ASCII), computed.getBytes(US_ASCII));
  }

  @Override
  public int memoryKib() {
    return MEMORY_KIB;
  }
}
