package postbus.router;

import java.util.Optional;
import postbus.dns.MailExchangers;
import postbus.dns.MailExchangers.Found;
import postbus.dns.MailExchangers.Here;
import postbus.dns.MailExchangers.Later;
import postbus.dns.MailExchangers.Never;
import postbus.dns.SiteNames;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;
import postbus.site.Site;

/**
 * Mail for domains that are not handled here: to the host that the site names for the domain, else
 * to the smart host, else to the domain's exchangers. It has the last word on them (the seed's
 * {@code no_more}).
 *
 * <p>DNS is asked already here, so that what can never be delivered fails before it is queued.
 */
final class RemoteRouter implements AddressRouter {
  private final LocalDomains domains;
  private final Site site;
  private final MailExchangers exchangers;
  private final SiteNames names;
  private final String pool;

  /**
   * @param pool from which the mail leaves
   */
  RemoteRouter(LocalDomains domains, Site site, MailExchangers exchangers, String pool) {
    this.domains = domains;
    this.site = site;
    this.exchangers = exchangers;
    this.names = new SiteNames(site.delivery().sites().values());
    this.pool = pool;
  }

  @Override
  public Decision decide(Candidate candidate) {
    String domain = candidate.address().domain();
    return switch (domains.local(domain)) {
      case YES -> new Decision.Decline();
      case NO -> remote(domain);
      case UNKNOWN -> later("DNS does not say who takes mail for " + domain);
    };
  }

  @Override
  public String name(EmailAddress address) {
    if (site.routing().routes().containsKey(address.domain())) {
      return "routes";
    }
    return site.routing().smartHost().isPresent() ? "smart-host" : "dns";
  }

  private Decision remote(String domain) {
    return Optional.ofNullable(site.routing().routes().get(domain))
        .or(site.routing()::smartHost)
        .<Decision>map(hosts -> new Decision.Deliver(names.route(pool, hosts)))
        .orElseGet(() -> byDns(domain));
  }

  private Decision byDns(String domain) {
    if (domain.startsWith("[")) {
      return new Decision.Fail(SmtpReply.of(550, "5.1.2", "no mail to address literals"));
    }
    return switch (exchangers.of(domain)) {
      case Found(var found) -> new Decision.Deliver(names.route(pool, domain, found));
      case Here(String why) -> new Decision.Defer(SmtpReply.of(451, "4.4.6", why));
      case Never(String why) -> new Decision.Fail(SmtpReply.of(550, "5.1.2", why));
      case Later(String why) -> later(why);
    };
  }

  private static Decision later(String why) {
    return new Decision.Defer(SmtpReply.of(451, "4.4.3", why));
  }
}
