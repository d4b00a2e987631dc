package postbus.dns;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import postbus.dns.MailExchangers.Exchanger;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.site.SiteRule;

/**
 * What a site is called, in limits and lanes and by operators: as the site's configuration has it,
 * else as its only host, else as the registrable domain of its best host with a digest of all of
 * them, such as {@code google.com~4f1c}. The same on each machine, in whatever order DNS answers.
 *
 * <p>Names are of {@code a-z 0-9 . - ~}, and at most {@value #LENGTH_MAX} characters. Two sites may
 * come by the same name once in 65,536 times, and then share their limits; they never share
 * transactions, which go by {@link SiteName}.
 */
public final class SiteNames {
  static final int LENGTH_MAX = 100;

  private static final int SMTP_PORT = 25;
  private static final int DIGEST_OCTETS = 2;
  private static final int REGISTRABLE_MAX = LENGTH_MAX - 1 - 2 * DIGEST_OCTETS;
  private static final Pattern UNFIT = Pattern.compile("[^a-z0-9.-]");

  /** Below a country, what registries keep for companies, schools and so on: example.co.uk. */
  private static final Pattern THIRD_LEVEL =
      Pattern.compile(
          "(ac|asso|co|com|edu|gen|go|gob|gouv|gov|govt|gv|ltd|mil|ne|net|nom|or|org|plc|sch)"
              + "\\.[a-z]{2}");

  private final List<SiteRule> rules;
  private final Set<String> given;

  /**
   * @param rules of the sites that the configuration names
   */
  public SiteNames(Collection<SiteRule> rules) {
    this.rules = rules.stream().sorted(Comparator.comparing(SiteRule::name)).toList();
    this.given = rules.stream().map(SiteRule::name).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * How mail for a domain leaves by its exchangers.
   *
   * @param exchangers at least one
   */
  public Route route(String pool, String domain, List<Exchanger> exchangers) {
    String exact = SiteName.of(exchangers);
    List<String> hosts = SiteName.sorted(exchangers).stream().map(Exchanger::host).toList();
    return new Route(pool, name(hosts, hosts, exact), new NextHop.Exchangers(domain, exact));
  }

  /** How mail leaves by hosts that the site's configuration names. */
  public Route route(String pool, NextHop.Hosts hosts) {
    List<String> names = hosts.hosts().stream().map(NextHop.Host::name).toList();
    List<String> shown = hosts.hosts().stream().map(SiteNames::shown).toList();
    return new Route(pool, name(names, shown, hosts.toString()), hosts);
  }

  /** The port tells apart what is on one machine. */
  private static String shown(NextHop.Host host) {
    return host.port() == SMTP_PORT ? host.name() : host.name() + "-" + host.port();
  }

  /**
   * @param hosts by their names alone, the best first
   * @param shown the same as they are called
   * @param exact what tells these hosts from all others
   */
  private String name(List<String> hosts, List<String> shown, String exact) {
    for (SiteRule rule : rules) {
      if (hosts.stream().allMatch(rule::has)) {
        return rule.name();
      }
    }
    String only = shown.getFirst();
    boolean isFit =
        shown.size() == 1
            && only.length() <= LENGTH_MAX
            && !UNFIT.matcher(only).find()
            && !given.contains(only);
    return isFit
        ? only
        : registrable(hosts.getFirst()) + "~" + SiteName.digest(exact, DIGEST_OCTETS);
  }

  /**
   * The part of a host's name that somebody registered, by a rule of thumb: it only has to be read
   * (docs/adr/0010). An address is its own.
   */
  private static String registrable(String host) {
    String fit = UNFIT.matcher(host).replaceAll("-");
    List<String> labels = List.of(fit.split("\\."));
    if (Character.isDigit(fit.charAt(fit.length() - 1))) {
      return fit;
    }
    String two = last(2, labels);
    String domain = THIRD_LEVEL.matcher(two).matches() ? last(3, labels) : two;
    return domain.substring(Math.max(0, domain.length() - REGISTRABLE_MAX));
  }

  private static String last(int count, List<String> labels) {
    return String.join(".", labels.subList(Math.max(0, labels.size() - count), labels.size()));
  }
}
