package postbus.auth.spf;

import java.net.InetAddress;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What macros stand for at one domain of a check (RFC 7208, section 7.2).
 *
 * @param domain whose record holds the macro
 */
record MacroValues(Spf.Asked asked, String domain, HostNames names) implements MacroString.Values {

  @Override
  public String of(char letter) {
    return switch (letter) {
      case 's' -> asked.localPart() + "@" + asked.senderDomain();
      case 'l' -> asked.localPart();
      case 'o' -> asked.senderDomain();
      case 'd' -> domain;
      case 'i' -> dotted(asked.client());
      case 'p' -> names.best(domain).isEmpty() ? "unknown" : names.best(domain);
      case 'v' -> asked.client().getAddress().length == 4 ? "in-addr" : "ip6";
      case 'h' -> asked.helo();
      case 'c' -> readable(asked.client());
      case 'r' -> asked.receiver();
      case 't' -> Long.toString(Instant.now().getEpochSecond());
      default -> throw new IllegalStateException("a macro that was not let through: " + letter);
    };
  }

  /** An IPv6 address by its hexadecimal digits, a dot between any two. */
  private static String dotted(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 4) {
      return address.getHostAddress();
    }
    String digits = HexFormat.of().withUpperCase().formatHex(octets);
    return String.join(".", digits.split(""));
  }

  private static String readable(InetAddress address) {
    String text = address.getHostAddress().toLowerCase(Locale.ROOT);
    return text.replaceFirst("(^|:)(0(:|$)){2,}", "::");
  }
}
