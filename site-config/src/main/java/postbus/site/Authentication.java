package postbus.site;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What follows where SPF, DKIM and DMARC find that a mail is not from whom it says; section {@code
 * authentication} of the site.
 *
 * @param exceptions clients of whose mail nothing is verified
 */
public record Authentication(Handling spf, Handling dkim, Handling dmarc, HostList exceptions) {

  /** What becomes of a mail. */
  public enum Handling {
    /** Nothing is verified. */
    OFF,
    /** A field tells; what failed is never bounced. */
    MARK,
    /** It is taken, and held back. */
    QUARANTINE,
    /** The client hears 550. */
    REFUSE,
    /** What the domain asks for. */
    AS_PUBLISHED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** All is told, and no zone speaks of loopback, private and link-local addresses. */
  public static final Authentication DEFAULT =
      new Authentication(
          Handling.MARK, Handling.MARK, Handling.MARK, DnsLimits.DEFAULT.ignoredTargets());

  /** Whether nothing is to be verified of anybody. */
  public boolean isOff() {
    return spf == Handling.OFF && dkim == Handling.OFF && dmarc == Handling.OFF;
  }

  static Authentication read(Section in, Map<String, HostList> hostLists) {
    List<Handling> some =
        List.of(Handling.OFF, Handling.MARK, Handling.QUARANTINE, Handling.REFUSE);
    return new Authentication(
        handling(in, "spf", "off, mark, quarantine or refuse", some),
        handling(in, "dkim", "off or mark", List.of(Handling.OFF, Handling.MARK)),
        handling(
            in,
            "dmarc",
            "off, mark, quarantine, refuse or as-published",
            Arrays.asList(Handling.values())),
        in.reference("exceptions", "host lists", "private addresses", hostLists.keySet())
            .map(hostLists::get)
            .orElse(DEFAULT.exceptions()));
  }

  private static Handling handling(
      Section in, String key, String expected, List<Handling> allowed) {
    return in.value(key, expected, Handling.MARK.toString(), text -> of(text, allowed))
        .orElse(Handling.MARK);
  }

  private static Optional<Handling> of(String text, List<Handling> allowed) {
    return allowed.stream().filter(handling -> handling.toString().equals(text)).findFirst();
  }
}
