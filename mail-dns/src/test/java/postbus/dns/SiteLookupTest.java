package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import postbus.dns.MailExchangers.Answer;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.dns.MailExchangers.Later;
import postbus.dns.MailExchangers.Never;
import postbus.mail.Attempt;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;

/** What has waited goes to where its domain's mail goes now. */
class SiteLookupTest {
  private final Map<String, Answer> zone = new HashMap<>();
  private final SiteNames names = new SiteNames(List.of());
  private final SiteLookup lookup = new SiteLookup(zone::get, names);

  @Test
  void aDomainThatMovedHasItsNewSiteAndWhatWasTriedStaysKnown() {
    zone.put("example.org", served("new.example.net"));
    Attempt refused = new Attempt(Instant.EPOCH, "451 4.3.0 not now", "old.example.net");
    Envelope mail = mail("old.example.net", "a@example.org", "b@example.org").attempted(refused);

    assertThat(lookup.now(mail))
        .singleElement()
        .satisfies(now -> {
          assertThat(now.route()).contains(route("example.org", "new.example.net"));
          assertThat(now.recipients()).isEqualTo(mail.recipients());
          assertThat(now.attempts()).isOne();
          assertThat(now.history()).containsExactly(refused);
        });
  }

  @Test
  void domainsThatNoLongerShareTheirExchangersPart() {
    zone.put("example.org", served("new.example.net"));
    zone.put("example.com", served("old.example.net"));
    zone.put("example.edu", served("new.example.net"));

    List<Envelope> parts =
        lookup.now(mail("old.example.net", "a@example.org", "b@example.com", "c@example.edu"));

    assertThat(parts)
        .extracting(Envelope::recipients)
        .containsExactly(to("a@example.org", "c@example.edu"), to("b@example.com"));
    assertThat(parts)
        .extracting(part -> part.route().orElseThrow())
        .containsExactly(
            route("example.org", "new.example.net"), route("example.com", "old.example.net"));
  }

  @Test
  void whereDnsDoesNotSayTheOldRouteStays() {
    zone.put("example.org", new Later("no answer"));
    zone.put("example.com", new Never("no such domain"));
    zone.put("example.edu", served("old.example.net"));
    Envelope mail = mail("old.example.net", "a@example.org", "b@example.com", "c@example.edu");

    assertThat(lookup.now(mail)).containsExactly(mail);
  }

  @Test
  void hostsOfTheConfigurationStayAndAreCalledAsItsRulesSay() {
    NextHop.Hosts smart = NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2526));
    Envelope mail = mail("x", "a@example.org").via(new Route("normal", "before", smart));
    SiteNames ruled = new SiteNames(List.of(SiteNamesTest.rule("relay", "127.0.0.1")));

    assertThat(new SiteLookup(zone::get, ruled).now(mail))
        .singleElement()
        .satisfies(now -> assertThat(now.route()).contains(new Route("normal", "relay", smart)));
  }

  private static Found served(String host) {
    return new Found(List.of(new Exchanger(host, 10, List.of("192.0.2.1"))));
  }

  /** Routed to the domain of its first recipient. */
  private Envelope mail(String exchanger, String... recipients) {
    return Envelope.begin(
            MailId.next(),
            new ReversePath.Null(),
            to(recipients),
            new Client("127.0.9.1", "client.example", "mx", false),
            Body.of(1000))
        .via(route(EmailAddress.of(recipients[0]).domain(), exchanger));
  }

  private Route route(String domain, String exchanger) {
    return names.route("normal", domain, served(exchanger).exchangers());
  }

  private static List<Recipient> to(String... addresses) {
    return Stream.of(addresses).map(EmailAddress::of).map(Recipient::of).toList();
  }
}
