package postbus.site;

import java.util.List;
import java.util.OptionalInt;

/**
 * What holds for one site, where it differs from the rest; an entry of the section {@code sites}.
 *
 * @param name what the site is called: a domain such as {@code google.com}
 * @param exchangers domains: a mail's destination belongs to this site if each of its exchangers is
 *     in one of them, or has its name
 * @param ownLane whether its mails have a lane of their own, {@code delivery.<pool>.<name>}
 * @param connectionsMax sessions of one pool at the same time; empty: as for any site
 * @param mailsPerConnectionMax mails before a connection is given up; empty: as for any site
 * @param mailsPerMinuteMax mails of one pool in a minute; empty: without limit
 */
public record SiteRule(
    String name,
    List<String> exchangers,
    boolean ownLane,
    OptionalInt connectionsMax,
    OptionalInt mailsPerConnectionMax,
    OptionalInt mailsPerMinuteMax) {

  public SiteRule {
    exchangers = List.copyOf(exchangers);
  }

  /** Whether a host, in lower case, belongs to the site. */
  public boolean has(String host) {
    for (String domain : exchangers) {
      if (host.equals(domain) || host.endsWith("." + domain)) {
        return true;
      }
    }
    return false;
  }
}
