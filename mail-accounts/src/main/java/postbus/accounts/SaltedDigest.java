package postbus.accounts;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A digest of password and salt, with the salt behind it. Cheap to compute, also for who has stolen
 * it.
 */
record SaltedDigest(String algorithm, byte[] digest, byte[] salt) implements Verifier {

  static SaltedDigest of(String algorithm, byte[] hash) throws NotUnderstood {
    int length = digest(algorithm).getDigestLength();
    if (hash.length < length) {
      throw new NotUnderstood("its hash is too short, expected " + length + " octets and a salt");
    }
    return new SaltedDigest(
        algorithm, Arrays.copyOf(hash, length), Arrays.copyOfRange(hash, length, hash.length));
  }

  @Override
  public boolean matches(byte[] password) {
    MessageDigest computed = digest(algorithm);
    computed.update(password);
    return MessageDigest.isEqual(digest, computed.digest(salt));
  }

  @Override
  public int memoryKib() {
    return 0;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
