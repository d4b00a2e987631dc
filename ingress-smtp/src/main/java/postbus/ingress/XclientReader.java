package postbus.ingress;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what a front end says about its client (Postfix's XCLIENT: {@code NAME=value} pairs, values
 * in the xtext of RFC 3461). All attributes are checked; ADDR, HELO and PROTO count, since a mail
 * has no place for the others. What is not said with this command is not known.
 */
final class XclientReader {
  /** The attributes, as EHLO offers them. */
  static final String OFFER = "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT";

  /** Characters of a value (Postfix's XCLIENT_README, note 1). */
  private static final int VALUE_MAX = 255;

  private static final InetAddress UNKNOWN = InetAddress.ofLiteral("0.0.0.0");

  private final Set<String> said = new HashSet<>();
  private Optional<InetAddress> address = Optional.empty();
  private String helo = "";
  private boolean esmtp;

  private XclientReader() {}

  static Command read(String argument) {
    XclientReader reader = new XclientReader();
    for (String pair : argument.split(" +")) {
      int equals = pair.indexOf('=');
      String name = pair.substring(0, Math.max(equals, 0)).toUpperCase(Locale.ROOT);
      Optional<String> value = xtext(pair.substring(equals + 1));
      if (value.isEmpty() || !reader.said.add(name) || !reader.take(name, value.get())) {
        return new Command.Malformed(Replies.BAD_PARAMETER);
      }
    }
    return new Command.Xclient(reader.address, reader.helo, reader.esmtp);
  }

  /** False if there is no such attribute, or it cannot have this value. */
  private boolean take(String name, String value) {
    boolean unavailable = value.equalsIgnoreCase("[UNAVAILABLE]");
    return switch (name) {
      case "NAME" ->
          unavailable || value.equalsIgnoreCase("[TEMPUNAVAIL]") || PathReader.isDomain(value);
      case "ADDR" -> {
        address = unavailable ? Optional.of(UNKNOWN) : ip(value);
        yield address.isPresent();
      }
      case "DESTADDR" -> unavailable || ip(value).isPresent();
      case "PORT", "DESTPORT" -> unavailable || value.matches("[0-9]{1,5}");
      case "PROTO" -> {
        esmtp = value.equalsIgnoreCase("ESMTP");
        yield esmtp || value.equalsIgnoreCase("SMTP");
      }
      case "HELO" -> {
        helo = unavailable ? "" : value;
        yield unavailable || CommandParser.isName(value);
      }
      case "LOGIN" -> true;
      default -> false;
    };
  }

  private static Optional<InetAddress> ip(String value) {
    if (!PathReader.isLiteral("[" + value + "]")) {
      return Optional.empty();
    }
    return Optional.of(InetAddress.ofLiteral(value.substring(value.indexOf(':') < 0 ? 0 : 5)));
  }

  /** The value that these characters stand for; empty if they are no xtext of printable ASCII. */
  private static Optional<String> xtext(String text) {
    byte[] plain = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c == '+') {
        String hex = text.substring(i + 1, Math.min(i + 3, text.length()));
        if (!hex.matches("[0-9A-F]{2}")) {
          return Optional.empty();
        }
        c = Integer.parseInt(hex, 16);
        i += 2;
      }
      if (c < ' ' || c > '~') {
        return Optional.empty();
      }
      plain[length++] = (byte) c;
    }
    return length == 0 || length > VALUE_MAX
        ? Optional.empty()
        : Optional.of(new String(plain, 0, length, StandardCharsets.US_ASCII));
  }
}
