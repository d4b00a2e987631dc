package postbus.site;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import postbus.mail.NextHop;

/**
 * How a site writes durations ({@code 30s}), sizes ({@code 50M}), addresses ({@code [::1]:25}) and
 * domains. Everything else is empty; nothing here asks DNS.
 */
final class Notation {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG]?)");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([^\\]]+)\\]|([^:]+)):(\\d{1,5})");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?");
  private static final int DOMAIN_OCTETS_MAX = 253;
  private static final int PORT_MAX = 65535;

  private Notation() {}

  static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  /** The shortest form that {@link #duration} reads back. */
  static String print(Duration time) {
    long millis = time.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds > 0 && seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds > 0 && seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /** Octets; K, M and G are powers of 1024. */
  static Optional<Long> size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int shift =
        switch (matcher.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> 0;
        };
    return Optional.of(Long.parseLong(matcher.group(1)) << shift);
  }

  /** The shortest form that {@link #size} reads back. */
  static String print(long octets) {
    String units = "KMG";
    long left = octets;
    int unit = 0;
    while (unit < units.length() && left > 0 && left % 1024 == 0) {
      left /= 1024;
      unit++;
    }
    return unit == 0 ? Long.toString(left) : left + units.substring(unit - 1, unit);
  }

  static Optional<Integer> number(String text) {
    return NUMBER.matcher(text).matches() ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  static Optional<Boolean> yes(String text) {
    return switch (text) {
      case "yes" -> Optional.of(true);
      case "no" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /** An IP address; no name, no zone, no short form such as {@code 127.1}. */
  static Optional<InetAddress> ip(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** An IP address and a port, 0 for a port that the system picks. */
  static Optional<InetSocketAddress> address(String text) {
    Matcher matcher = HOST_PORT.matcher(text);
    if (!matcher.matches() || port(matcher) > PORT_MAX) {
      return Optional.empty();
    }
    boolean bracketed = matcher.group(1) != null;
    return ip(bracketed ? matcher.group(1) : matcher.group(2))
        .map(ip -> new InetSocketAddress(ip, port(matcher)));
  }

  /** A host, by name or IP address, and a port from 1. */
  static Optional<NextHop.Host> host(String text) {
    Matcher matcher = HOST_PORT.matcher(text);
    if (!matcher.matches() || port(matcher) < 1 || port(matcher) > PORT_MAX) {
      return Optional.empty();
    }
    boolean bracketed = matcher.group(1) != null;
    Optional<String> name =
        bracketed || IPV4.matcher(matcher.group(2)).matches()
            ? ip(bracketed ? matcher.group(1) : matcher.group(2)).map(InetAddress::getHostAddress)
            : domain(matcher.group(2));
    return name.map(host -> new NextHop.Host(host, port(matcher)));
  }

  /** A domain name (RFC 1035, section 2.3) in lower case; other scripts as A-labels. */
  static Optional<String> domain(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.length() > DOMAIN_OCTETS_MAX) {
      return Optional.empty();
    }
    for (String label : lower.split("\\.", -1)) {
      if (!LABEL.matcher(label).matches()) {
        return Optional.empty();
      }
    }
    return Optional.of(lower);
  }

  private static int port(Matcher hostPort) {
    return Integer.parseInt(hostPort.group(3));
  }
}
