package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Optional;

/**
 * Reads AUTH with what follows it. The line may hold a password, so it is read as octets, and
 * becomes no text.
 */
final class AuthArgument {
  private static final byte[] VERB = "AUTH".getBytes(ISO_8859_1);

  /** Characters of a mechanism's name (RFC 4422, section 3.1). */
  private static final int MECHANISM_MAX = 20;

  private AuthArgument() {}

  /** Whether that is the verb of the line. */
  static boolean follows(byte[] bytes, int from, int to) {
    int end = from + VERB.length;
    boolean same = to == end || to > end && bytes[end] == ' ';
    for (int i = 0; i < VERB.length && same; i++) {
      same = (bytes[from + i] & ~0x20) == VERB[i];
    }
    return same;
  }

  static Command read(byte[] bytes, int from, int to) {
    int begin = Math.min(from + VERB.length + 1, to);
    int end = trimmed(bytes, begin, to);
    int space = begin;
    while (space < end && bytes[space] != ' ') {
      space++;
    }
    if (space == begin) {
      return new Command.Malformed(Replies.ARGUMENT_MISSING);
    }
    if (!isMechanism(bytes, begin, space)) {
      return new Command.Malformed(Replies.UNKNOWN_MECHANISM);
    }
    String mechanism = new String(bytes, begin, space - begin, ISO_8859_1).toUpperCase(Locale.ROOT);
    return new Command.Auth(
        mechanism,
        space == end
            ? Optional.empty()
            : Optional.of(SaslResponse.readInitial(bytes, space + 1, end)));
  }

  private static int trimmed(byte[] bytes, int begin, int to) {
    int end = to;
    while (end > begin && bytes[end - 1] == ' ') {
      end--;
    }
    return end;
  }

  private static boolean isMechanism(byte[] bytes, int from, int to) {
    boolean isOne = to - from <= MECHANISM_MAX;
    for (int i = from; i < to && isOne; i++) {
      byte c = bytes[i];
      boolean isLetter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
      isOne = isLetter || c >= '0' && c <= '9' || c == '-' || c == '_';
    }
    return isOne;
  }
}
