package postbus.ingress;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.EmailAddress;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

/**
 * Reads one command line. It decides what is a command and what is none; whether it may be said now
 * is {@link SmtpSession}'s business.
 *
 * <p>Nothing passes that could end a line or a header field later: control characters are refused
 * everywhere, and names and addresses are read character by character.
 */
final class CommandParser {
  /** SIZE has at most 20 digits (RFC 1870, section 6.1); more than 18 is too much in any case. */
  private static final int SIZE_DIGITS_MAX = 20;

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
    String line = decode(bytes, from, to);
    if (line == null) {
      return new Command.Malformed(Replies.NOT_UTF8);
    }
    if (line.chars().anyMatch(Character::isISOControl)) {
      return new Command.Malformed(Replies.CONTROL_CHARACTER);
    }
    String text = line.stripTrailing();
    int space = text.indexOf(' ');
    String verb = space < 0 ? text : text.substring(0, space);
    String argument = space < 0 ? "" : text.substring(space + 1);
    return switch (verb.toUpperCase(Locale.ROOT)) {
      case "EHLO" -> isName(argument) ? new Command.Ehlo(argument) : badName(argument);
      case "HELO" -> isName(argument) ? new Command.Helo(argument) : badName(argument);
      case "MAIL" -> mail(argument);
      case "RCPT" -> rcpt(argument);
      case "DATA" -> alone(argument, new Command.Data());
      case "RSET" -> alone(argument, new Command.Rset());
      case "QUIT" -> alone(argument, new Command.Quit());
      case "NOOP" -> new Command.Noop();
      case "HELP" -> new Command.Help();
      case "VRFY" ->
          argument.isEmpty() ? new Command.Malformed(Replies.ARGUMENT_MISSING) : new Command.Vrfy();
      case "EXPN" -> new Command.Expn();
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
  private static boolean isName(String name) {
    return isAscii(name) && (PathReader.isDomain(name) || PathReader.isLiteral(name));
  }

  private static Command badName(String argument) {
    return new Command.Malformed(argument.isEmpty() ? Replies.ARGUMENT_MISSING : Replies.BAD_NAME);
  }

  private static Command alone(String argument, Command command) {
    return argument.isEmpty() ? command : new Command.Malformed(Replies.NO_ARGUMENT);
  }

  private Command mail(String argument) {
    if (!argument.regionMatches(true, 0, "FROM:", 0, 5)) {
      return new Command.Malformed(Replies.BAD_SENDER);
    }
    PathReader reader = open(argument, 5);
    if (reader == null) {
      return new Command.Malformed(Replies.BAD_SENDER);
    }
    if (reader.peek() == '@') {
      return new Command.Malformed(Replies.SOURCE_ROUTE);
    }
    if (reader.skip('>')) {
      return mail(new ReversePath.Null(), reader.rest());
    }
    Optional<EmailAddress> sender = reader.mailbox(bareDomain);
    if (sender.isEmpty() || !reader.skip('>')) {
      return new Command.Malformed(Replies.BAD_SENDER);
    }
    return mail(new ReversePath.Address(sender.get()), reader.rest());
  }

  private static Command mail(ReversePath from, String parameters) {
    if (!parameters.isEmpty() && parameters.charAt(0) != ' ') {
      return new Command.Malformed(Replies.BAD_SENDER);
    }
    MailParameters read = new MailParameters();
    for (String parameter : parameters.strip().split(" +")) {
      SmtpReply wrong = parameter.isEmpty() ? null : read.add(parameter);
      if (wrong != null) {
        return new Command.Malformed(wrong);
      }
    }
    if (!read.smtpUtf8 && !isAscii(from.text())) {
      return new Command.Malformed(Replies.NEEDS_SMTPUTF8);
    }
    return new Command.Mail(from, Math.max(read.size, 0), read.eightBit, read.smtpUtf8);
  }

  /** The parameters of the extensions that EHLO offers. */
  private static final class MailParameters {
    long size = -1;
    boolean body;
    boolean eightBit;
    boolean smtpUtf8;

    /** Says what is wrong with the parameter, or null. */
    @Nullable SmtpReply add(String parameter) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      String value = equals < 0 ? "" : parameter.substring(equals + 1);
      return switch (name.toUpperCase(Locale.ROOT)) {
        case "SIZE" -> size(value);
        case "BODY" -> body(value);
        case "SMTPUTF8" -> equals >= 0 || smtpUtf8 ? Replies.BAD_PARAMETER : utf8();
        default -> Replies.UNKNOWN_PARAMETER;
      };
    }

    private @Nullable SmtpReply size(String value) {
      boolean digits = value.chars().allMatch(c -> c >= '0' && c <= '9');
      if (size >= 0 || value.isEmpty() || value.length() > SIZE_DIGITS_MAX || !digits) {
        return Replies.BAD_PARAMETER;
      }
      size = value.length() > 18 ? Long.MAX_VALUE : Long.parseLong(value);
      return null;
    }

    private @Nullable SmtpReply body(String value) {
      eightBit = value.equalsIgnoreCase("8BITMIME");
      if (body || !(eightBit || value.equalsIgnoreCase("7BIT"))) {
        return Replies.BAD_PARAMETER;
      }
      body = true;
      return null;
    }

    private @Nullable SmtpReply utf8() {
      smtpUtf8 = true;
      return null;
    }
  }

  private Command rcpt(String argument) {
    PathReader reader = argument.regionMatches(true, 0, "TO:", 0, 3) ? open(argument, 3) : null;
    if (reader == null) {
      return new Command.Malformed(Replies.BAD_RECIPIENT);
    }
    if (reader.peek() == '@') {
      return new Command.Malformed(Replies.SOURCE_ROUTE);
    }
    String inside = reader.rest();
    if (inside.equalsIgnoreCase("postmaster>")) {
      return new Command.Rcpt(new EmailAddress(inside.substring(0, 10), primaryHostname));
    }
    Optional<EmailAddress> recipient = reader.mailbox(bareDomain);
    if (recipient.isEmpty() || !reader.skip('>')) {
      return new Command.Malformed(Replies.BAD_RECIPIENT);
    }
    return switch (reader.rest()) {
      case "" -> new Command.Rcpt(recipient.get());
      case String rest when rest.charAt(0) == ' ' ->
          new Command.Malformed(Replies.UNKNOWN_PARAMETER);
      case String _ -> new Command.Malformed(Replies.BAD_RECIPIENT);
    };
  }

  /** A space after the colon is wrong (RFC 5321, section 3.3), common and harmless. */
  private static @Nullable PathReader open(String argument, int from) {
    PathReader reader = new PathReader(argument, from);
    reader.skip(' ');
    return reader.skip('<') ? reader : null;
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
