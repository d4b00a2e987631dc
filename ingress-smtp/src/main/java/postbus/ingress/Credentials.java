package postbus.ingress;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The name and the password that somebody wants to log in with. Nothing prints the password; who
 * has used it wipes it.
 *
 * <p>Guarantee: neither is empty, over-long, or holds a NUL, and the name holds no control
 * character: so it cannot end a line, nor a field in somebody else's protocol.
 */
final class Credentials {
  /** Octets of a name; RFC 4616, section 2, wants 255 at least. */
  static final int NAME_MAX = 320;

  /** Octets of a password; RFC 4616 wants 255 at least. Long ones cost time to hash. */
  static final int PASSWORD_MAX = 1024;

  private final String name;
  private final byte[] password;

  private Credentials(String name, byte[] password) {
    this.name = name;
    this.password = password;
  }

  /** Empty if they cannot be anybody's. The array of the password becomes this object's own. */
  static Optional<Credentials> of(byte[] name, byte[] password) {
    Optional<Credentials> read =
        isPassword(password)
            ? name(name).map(text -> new Credentials(text, password))
            : Optional.empty();
    if (read.isEmpty()) {
      Arrays.fill(password, (byte) 0);
    }
    return read;
  }

  private static boolean isPassword(byte[] password) {
    return password.length > 0 && password.length <= PASSWORD_MAX && indexOfNul(password, 0) < 0;
  }

  private static Optional<String> name(byte[] name) {
    if (name.length == 0 || name.length > NAME_MAX) {
      return Optional.empty();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
      return Optional.of(text).filter(read -> read.chars().noneMatch(Character::isISOControl));
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The index of the first NUL from there on, or -1. */
  static int indexOfNul(byte[] octets, int from) {
    int at = from;
    while (at < octets.length && octets[at] != 0) {
      at++;
    }
    return at == octets.length ? -1 : at;
  }

  /** The same with a name in this domain, if it has none; the password is shared. */
  Credentials within(String domain) {
    return name.indexOf('@') < 0 ? new Credentials(name + "@" + domain, password) : this;
  }

  String name() {
    return name;
  }

  byte[] password() {
    return password;
  }

  void wipe() {
    Arrays.fill(password, (byte) 0);
  }

  @Override
  public String toString() {
    return "credentials of " + name;
  }
}
