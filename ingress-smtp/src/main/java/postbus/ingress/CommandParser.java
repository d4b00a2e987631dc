package postbus.ingress;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one command line. It decides what is a command and what is none; whether it may be said now
 * is {@link SmtpSession}'s business.
 *
 * <p>Nothing passes that could end a line or a header field later: control characters are refused
 * everywhere, and names and addresses are read character by character.
 */
final class CommandParser {
  /** Digits of the octets of a chunk: more than any that would be read. */
  private static final int CHUNK_DIGITS_MAX = 18;

  private final String primaryHostname;
  private final Optional<String> bareDomain;

  /**
   * @param primaryHostname qualifies {@code RCPT TO:<Postmaster>} (RFC 5321, section 4.5.1)
   * @param trusted whether other addresses without a domain are qualified too: programs of this
   *     host write to {@code root}
   */
  CommandParser(String primaryHostname, boolean trusted) {
    this.primaryHostname = primaryHostname;
    this.bareDomain = trusted ? Optional.of(primaryHostname) : Optional.empty();
  }

  /** Reads the octets from {@code from} until before {@code to}, where the CRLF stands. */
  Command parse(byte[] bytes, int from, int to) {
    if (AuthArgument.follows(bytes, from, to)) {
      return AuthArgument.read(bytes, from, to);
    }
    String line = decode(bytes, from, to);
    if (line == null) {
      return new Command.Malformed(Replies.NOT_UTF8, isBdat(bytes, from, to));
    }
    if (line.chars().anyMatch(Character::isISOControl)) {
      return new Command.Malformed(Replies.CONTROL_CHARACTER, isBdat(bytes, from, to));
    }
    String text = line.stripTrailing();
    int space = text.indexOf(' ');
    String verb = space < 0 ? text : text.substring(0, space);
    String argument = space < 0 ? "" : text.substring(space + 1);
    return switch (verb.toUpperCase(Locale.ROOT)) {
      case "EHLO" -> isName(argument) ? new Command.Ehlo(argument) : badName(argument);
      case "HELO" -> isName(argument) ? new Command.Helo(argument) : badName(argument);
      case "MAIL" -> MailArgument.read(argument, bareDomain);
      case "RCPT" -> RcptArgument.read(argument, primaryHostname, bareDomain);
      case "BDAT" -> bdat(argument);
      case "STARTTLS" -> alone(argument, new Command.StartTls());
      case "DATA" -> alone(argument, new Command.Data());
      case "RSET" -> alone(argument, new Command.Rset());
      case "QUIT" -> alone(argument, new Command.Quit());
      case "NOOP" -> new Command.Noop();
      case "HELP" -> new Command.Help();
      case "VRFY" ->
          argument.isEmpty() ? new Command.Malformed(Replies.ARGUMENT_MISSING) : new Command.Vrfy();
      case "EXPN" -> new Command.Expn();
      case "XCLIENT" -> XclientReader.read(argument);
      default -> new Command.Unknown();
    };
  }

  private static @Nullable String decode(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return decodeUtf8(ByteBuffer.wrap(bytes, from, to - from));
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String decodeUtf8(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Many clients do not know their name; but what they say goes into a Received field. */
  static boolean isName(String name) {
    return isAscii(name) && (PathReader.isDomain(name) || PathReader.isLiteral(name));
  }

  private static Command badName(String argument) {
    return new Command.Malformed(argument.isEmpty() ? Replies.ARGUMENT_MISSING : Replies.BAD_NAME);
  }

  /** Where a BDAT cannot be read, nobody knows where the next command begins. */
  private static Command bdat(String argument) {
    int space = argument.indexOf(' ');
    String octets = space < 0 ? argument : argument.substring(0, space);
    String last = space < 0 ? "" : argument.substring(space + 1).strip();
    boolean isNumber =
        !octets.isEmpty()
            && octets.length() <= CHUNK_DIGITS_MAX
            && octets.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber && (last.isEmpty() || last.equalsIgnoreCase("LAST"))
        ? new Command.Bdat(Long.parseLong(octets), !last.isEmpty())
        : new Command.Malformed(Replies.BAD_CHUNK, true);
  }

  /** Whether the line begins as one that octets follow which are no command. */
  static boolean isBdat(byte[] bytes, int from, int to) {
    return to - from >= 4
        && new String(bytes, from, 4, StandardCharsets.ISO_8859_1).equalsIgnoreCase("BDAT");
  }

  private static Command alone(String argument, Command command) {
    return argument.isEmpty() ? command : new Command.Malformed(Replies.NO_ARGUMENT);
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
