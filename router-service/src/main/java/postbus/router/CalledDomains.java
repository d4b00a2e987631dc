package postbus.router;

import java.time.Duration;
import java.util.Optional;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.mail.SmtpReply;
import postbus.site.DomainList;
import postbus.site.LiveFiles;
import postbus.site.Site;

/**
 * Decides which recipients another server is asked about: those of the domains that the site names
 * for call-outs, where their mail goes to the domain's own exchangers or by a configured route. A
 * smart host is no one to ask, since it takes mail for everybody.
 */
final class CalledDomains {
  private final Site site;
  private final LiveFiles files;
  private final Callouts callouts;

  CalledDomains(Site site, LiveFiles files, Callouts callouts) {
    this.site = site;
    this.files = files;
    this.callouts = callouts;
  }

  /** As {@link Callouts#refusal}; empty for everybody who is not asked about. */
  Optional<SmtpReply> refusal(EmailAddress recipient, NextHop nextHop, Duration within) {
    boolean hasServers =
        switch (nextHop) {
          case NextHop.Exchangers _ -> true;
          case NextHop.Hosts _ -> site.routing().routes().containsKey(recipient.domain());
          case NextHop.Mailbox(), NextHop.Pipe _ -> false;
        };
    return hasServers && isNamed(recipient.domain())
        ? callouts.refusal(recipient, nextHop, within)
        : Optional.empty();
  }

  private boolean isNamed(String domain) {
    DomainList named = site.domainLists().get(site.routing().callout().domains());
    return named != null && files.contains(named, domain);
  }
}
