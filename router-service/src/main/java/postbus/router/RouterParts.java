package postbus.router;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import postbus.dns.DnsExchangers;
import postbus.dns.DnsSettings;
import postbus.dns.MailExchangers;
import postbus.mail.AddressVerifier;
import postbus.site.LiveFiles;
import postbus.site.Site;

/** Makes, once per process, the router and what answers questions about addresses. */
@ApplicationScoped
class RouterParts {
  private final Site site;
  private final LiveFiles files;
  private final MailExchangers exchangers = new DnsExchangers(DnsSettings.DEFAULT);

  RouterParts(Site site, LiveFiles files) {
    this.site = site;
    this.files = files;
  }

  @Produces
  @Singleton
  Router router() {
    return new Router(RoutingTable.of(site, files, exchangers));
  }

  /** In the same JVM, policy asks this one instead of HTTP. */
  @Produces
  @Singleton
  AddressVerifier verifier() {
    return new Verifier(
        new LocalDomains(site, files, exchangers),
        RoutingTable.forVerifying(site, files, exchangers));
  }
}
