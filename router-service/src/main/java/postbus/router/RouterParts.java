package postbus.router;

import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import postbus.accounts.Accounts;
import postbus.dns.DnsExchangers;
import postbus.dns.DnsSettings;
import postbus.mail.AddressVerifier;
import postbus.site.LiveFiles;
import postbus.site.Site;

/** Makes, once per process, the router and what answers questions about addresses. */
@ApplicationScoped
class RouterParts {
  private final Site site;
  private final LiveFiles files;
  private final Accounts accounts;
  private final DnsExchangers exchangers;

  RouterParts(Site site, LiveFiles files, Accounts accounts) {
    this.site = site;
    this.files = files;
    this.accounts = accounts;
    this.exchangers = new DnsExchangers(DnsSettings.of(site));
  }

  @Produces
  @Singleton
  OtrsAddresses queues(Vertx vertx) {
    return OtrsAddresses.at(site, files, vertx);
  }

  void close(@Disposes OtrsAddresses queues) {
    queues.close();
  }

  @Produces
  @Singleton
  Router router(OtrsAddresses queues) {
    return new Router(RoutingTable.of(site, sources(queues)), site.delivery());
  }

  /** In the same JVM, policy asks this one instead of HTTP. */
  @Produces
  @Singleton
  AddressVerifier verifier(OtrsAddresses queues) {
    return TimelyVerifier.of(
        site, sources(queues), new SmtpCallout(site, exchangers, SmtpCallout.SMTP_PORT));
  }

  private Sources sources(OtrsAddresses queues) {
    return new Sources(files, exchangers, queues, accounts);
  }
}
