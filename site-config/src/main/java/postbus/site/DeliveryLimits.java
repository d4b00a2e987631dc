package postbus.site;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the delivery of mail may use; section {@code delivery} of the site. Every field has a
 * default; the waits are those of RFC 5321, section 4.5.3.2, where it names one.
 *
 * @param connectionsPerSiteMax sessions to one site at the same time, of one pool
 * @param recipientsPerMailMax recipients that share one delivery record, and so one SMTP
 *     transaction
 * @param mailsPerConnectionMax mails before a connection is given up
 * @param idleWait how long an idle connection is kept for the next mail
 * @param connectWait for the TCP connection
 * @param greetingWait for the greeting, and EHLO's reply
 * @param commandWait for the replies to MAIL, RCPT and RSET
 * @param dataWait for the 354
 * @param blockWait for the peer to take a block of content
 * @param finalDotWait for the reply to the final dot
 * @param localWorkersMax mailboxes written at the same time
 * @param windowMails mails of one partition in hand at the same time
 * @param windowOctets octets of one partition's mails in hand at the same time
 * @param connectionsAtFirst sessions to a site of which nothing is known yet; more as it answers
 *     well
 * @param busyWait a mail that would wait longer than this for its site steps aside, so that those
 *     behind it get past
 * @param lending when a site gets a lane of its own for a while
 * @param sites what holds for single sites, by name
 * @param tlsRules how mail for single domains travels, by domain
 */
public record DeliveryLimits(
    int connectionsPerSiteMax,
    int recipientsPerMailMax,
    int mailsPerConnectionMax,
    Duration idleWait,
    Duration connectWait,
    Duration greetingWait,
    Duration commandWait,
    Duration dataWait,
    Duration blockWait,
    Duration finalDotWait,
    int localWorkersMax,
    int windowMails,
    long windowOctets,
    int connectionsAtFirst,
    Duration busyWait,
    Lending lending,
    Map<String, SiteRule> sites,
    Map<String, TlsRule> tlsRules) {

  /** What holds where the site says nothing. */
  public static final DeliveryLimits DEFAULT =
      new DeliveryLimits(
          20,
          100,
          500,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(2),
          Duration.ofMinutes(3),
          Duration.ofMinutes(10),
          50,
          500,
          32 << 20,
          5,
          Duration.ofSeconds(5),
          Lending.DEFAULT,
          Map.of(),
          Map.of());

  public DeliveryLimits {
    sites = Map.copyOf(sites);
    tlsRules = Map.copyOf(tlsRules);
  }

  /** The same with these rules for single sites and domains. */
  public DeliveryLimits ruling(Map<String, SiteRule> otherSites, Map<String, TlsRule> otherTls) {
    return new DeliveryLimits(
        connectionsPerSiteMax,
        recipientsPerMailMax,
        mailsPerConnectionMax,
        idleWait,
        connectWait,
        greetingWait,
        commandWait,
        dataWait,
        blockWait,
        finalDotWait,
        localWorkersMax,
        windowMails,
        windowOctets,
        connectionsAtFirst,
        busyWait,
        lending,
        otherSites,
        otherTls);
  }

  /** The sites that have a lane of their own in each pool. */
  public Set<String> ownLanes() {
    return sites.values().stream()
        .filter(SiteRule::ownLane)
        .map(SiteRule::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How mail for a domain, in lower case, travels; empty: as its pool has it. */
  public Optional<TlsRule> tlsRule(String domain) {
    return Optional.ofNullable(tlsRules.get(domain));
  }

  /** The rule of a site; empty if it has none. */
  public Optional<SiteRule> rule(String site) {
    return Optional.ofNullable(sites.get(site));
  }
}
