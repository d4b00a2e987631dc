package postbus.dns;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import postbus.dns.MailExchangers.Exchanger;

/**
 * Names exactly the exchangers of a domain. Domains have one such name if, and only if, the same
 * hosts take their mail in the same order of preference: then any of the domains leads to the
 * servers of all, and they may share transactions. What people see is {@link SiteNames}.
 *
 * <p>What the hosts have in common is written once: {@code (mx1|mx2).example.org} are two of the
 * same preference, {@code (mx1>mx2).example.org} are a better and a worse one. Printable, without
 * spaces, and at most {@value #LENGTH_MAX} characters, the last of which are a digest where it
 * would be longer.
 */
public final class SiteName {
  static final int LENGTH_MAX = 100;
  private static final int DIGEST_OCTETS = 8;

  private SiteName() {}

  /**
   * @param exchangers of one domain, at least one
   */
  public static String of(List<Exchanger> exchangers) {
    List<Exchanger> sorted = sorted(exchangers);
    if (sorted.size() == 1) {
      return atMost(sorted.getFirst().host());
    }
    String common = common(sorted.stream().map(Exchanger::host).toList());
    StringBuilder name = new StringBuilder("(");
    int former = sorted.getFirst().preference();
    for (Exchanger exchanger : sorted) {
      if (exchanger != sorted.getFirst()) {
        name.append(exchanger.preference() == former ? '|' : '>');
      }
      name.append(head(exchanger.host(), common));
      former = exchanger.preference();
    }
    return atMost(name.append(')').append(common).toString());
  }

  /** The best first, and equal ones by name: the same in whatever order DNS answers. */
  static List<Exchanger> sorted(List<Exchanger> exchangers) {
    return exchangers.stream()
        .sorted(Comparator.comparingInt(Exchanger::preference).thenComparing(Exchanger::host))
        .toList();
  }

  /** Empty if all of the name is common. */
  private static String head(String host, String common) {
    return host.substring(0, Math.max(0, host.length() - common.length()));
  }

  /** The last labels that all hosts share, with the dot before them. */
  private static String common(List<String> hosts) {
    String common = "." + hosts.getFirst();
    for (String host : hosts) {
      while (!("." + host).endsWith(common)) {
        int dot = common.indexOf('.', 1);
        common = dot < 0 ? "" : common.substring(dot);
      }
    }
    return common;
  }

  private static String atMost(String name) {
    if (name.length() <= LENGTH_MAX) {
      return name;
    }
    String digest = digest(name, DIGEST_OCTETS);
    return name.substring(0, LENGTH_MAX - digest.length() - 1) + "~" + digest;
  }

  /** In hexadecimal digits, two for each octet. */
  static String digest(String text, int octets) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all, 0, octets);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java knows SHA-256", e);
    }
  }
}
