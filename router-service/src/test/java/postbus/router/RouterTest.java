package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.router.Routing.Delivery;
import postbus.router.Routing.Unroutable;
import postbus.site.InvalidSite;
import postbus.site.LiveFiles;
import postbus.site.Site;
import postbus.site.SiteRule;
import postbus.site.TlsRule;

class RouterTest {
  private static final String WIKI = "wiki@wikimedia.org";
  private static final Route EXAMPLE_ORG =
      new Route(
          "normal",
          "example.org~d063",
          new NextHop.Exchangers("example.org", "(mx1>mx2).example.org"));

  @TempDir Path folder;
  private OracleSite site;

  @BeforeEach
  void start() throws IOException, InvalidSite {
    OracleSite.copy(OracleSite.ORACLE.resolve("site"), folder);
    Path yaml = folder.resolve("postbus.yaml");
    Files.writeString(
        yaml,
        Files.readString(yaml)
            .replace("relay-domains: []", "relay-domains: [relayed.example.org]"));
    site = OracleSite.at(folder, OracleSite.ORACLE);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void domainsWithTheSameExchangersShareATransaction() {
    Routing routing =
        route("a@x.example", "mx", "u@example.net", "v@mx.example.net", "w@aonly.example.com");
    assertThat(routing.deliveries())
        .extracting(Delivery::recipients)
        .containsExactly(
            List.of(to("u@example.net"), to("v@mx.example.net")),
            List.of(to("w@aonly.example.com")));
  }

  @Test
  void domainsThatARuleUnitesAreOneSiteButShareATransactionOnlyWithTheSameExchangers() {
    SiteRule rule =
        new SiteRule(
            "examples",
            List.of("example.org", "example.net"),
            false,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty());
    Routing routing =
        routing(Optional.empty(), Map.of(), Map.of(rule.name(), rule), Map.of())
            .route(
                OracleSite.mail(
                    "a@x.example", "mx", "u@example.net", "v@example.org", "w@mx.example.net"));
    assertThat(routing.deliveries())
        .containsExactly(
            new Delivery(
                new Route(
                    "normal", "examples", new NextHop.Exchangers("example.net", "mx.example.net")),
                List.of(to("u@example.net"), to("w@mx.example.net"))),
            new Delivery(
                new Route(
                    "normal",
                    "examples",
                    new NextHop.Exchangers("example.org", "(mx1>mx2).example.org")),
                List.of(to("v@example.org"))));
  }

  @Test
  void domainsWhoseMailTravelsDifferentlyShareNoTransaction() {
    Map<String, TlsRule> tls =
        Map.of("mx.example.net", TlsRule.VERIFIED, "wikimedia.org", TlsRule.VERIFIED);
    NextHop.Hosts smart = NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2526));
    for (Optional<NextHop.Hosts> smartHost :
        List.of(Optional.<NextHop.Hosts>empty(), Optional.of(smart))) {
      Routing routing =
          routing(smartHost, Map.of(), Map.of(), tls)
              .route(
                  OracleSite.mail(
                      "a@x.example",
                      "mx",
                      "u@example.net",
                      "v@mx.example.net",
                      "w@example.net",
                      "root@wikimedia.org"));
      assertThat(routing.deliveries())
          .extracting(Delivery::recipients)
          .startsWith(
              List.of(to("u@example.net"), to("w@example.net")), List.of(to("v@mx.example.net")));
    }
  }

  @Test
  void recipientsOfOneDomainShareATransaction() {
    Routing routing = route("a@x.example", "mx", "u@example.org", "v@EXAMPLE.org");
    assertThat(routing.deliveries())
        .containsExactly(
            new Delivery(EXAMPLE_ORG, List.of(to("u@example.org"), to("v@example.org"))));
  }

  @Test
  void noMoreRecipientsShareATransactionThanTheSiteAllows() {
    String[] many =
        IntStream.range(0, 250).mapToObj(i -> "u" + i + "@example.org").toArray(String[]::new);
    Routing routing = route("a@x.example", "mx", many);
    assertThat(routing.deliveries())
        .extracting(delivery -> delivery.recipients().size())
        .containsExactly(100, 100, 50);
    assertThat(routing.deliveries().stream().flatMap(each -> each.recipients().stream()))
        .extracting(each -> each.address().toString())
        .containsExactly(many);
  }

  @Test
  void eachMailboxHasADeliveryOfItsOwn() {
    Routing routing = route("a@x.example", "mx", "root@wikimedia.org");
    assertThat(routing.deliveries())
        .extracting(Delivery::route)
        .containsExactly(mailbox("mark@wikimedia.org"), mailbox("brion@wikimedia.org"));
  }

  @Test
  void anAliasKeepsTheAddressThatTheSenderWrote() {
    Routing routing = route("a@x.example", "mx", "mark@wikipedia.org");
    assertThat(routing.deliveries().getFirst().recipients())
        .containsExactly(
            new Recipient(
                EmailAddress.of("mark@wikimedia.org"), EmailAddress.of("mark@wikipedia.org")));
  }

  @Test
  void anAddressIsReachedOnceHoweverManyWaysLeadToIt() {
    Routing routing =
        route(
            "a@x.example", "mx", "Jimbo@wikimedia.org", "dup@wikimedia.org", "chain@wikimedia.org");
    assertThat(routing.deliveries())
        .extracting(Delivery::route)
        .containsExactly(mailbox("jimbo@wikimedia.org"), mailbox("mark@wikimedia.org"));
  }

  @Test
  void addressesElsewhereThatDifferInCaseAreTwo() {
    Routing routing = route("a@x.example", "mx", "Bob@example.org", "bob@example.org");
    assertThat(routing.deliveries())
        .containsExactly(
            new Delivery(EXAMPLE_ORG, List.of(to("Bob@example.org"), to("bob@example.org"))));
    site.dns().failing("sick.example.org");
    Routing later = route("a@x.example", "mx", "Bob@sick.example.org", "bob@sick.example.org");
    assertThat(later.deferred()).hasSize(2);
  }

  @Test
  void wikiMailLeavesByThePoolOfItsOwnOnlyIfAllThreeConditionsHold() {
    assertThat(pool(WIKI, "wiki-mail", "u@example.org")).isEqualTo("bulk");
    assertThat(pool("Wiki@WikiMedia.org", "wiki-mail", "u@example.org")).isEqualTo("bulk");
    assertThat(pool("someone@wikimedia.org", "wiki-mail", "u@example.org")).isEqualTo("normal");
    assertThat(pool("", "wiki-mail", "u@example.org")).isEqualTo("normal");
    assertThat(pool(WIKI, "mx", "u@example.org")).isEqualTo("normal");
    assertThat(pool(WIKI, "wiki-mail", "jimbo@wikimedia.org")).isEqualTo("local");
  }

  @Test
  void theHostOfADomainComesBeforeTheSmartHostAndBothBeforeDns() {
    NextHop.Hosts smart = NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2526));
    NextHop.Hosts named = NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2527));
    Router router = routing(Optional.of(smart), Map.of("example.net", named));
    Routing routing =
        router.route(
            OracleSite.mail(
                "a@x.example", "mx", "u@example.net", "u@nonexist.example", "v@example.org"));
    assertThat(routing.deliveries())
        .containsExactly(
            new Delivery(
                new Route("normal", "127.0.0.1-2527", named), List.of(to("u@example.net"))),
            new Delivery(
                new Route("normal", "127.0.0.1-2526", smart),
                List.of(to("u@nonexist.example"), to("v@example.org"))));
  }

  @Test
  void withASmartHostNoDomainIsOursForItsExchangers() {
    NextHop.Hosts smart = NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2526));
    Routing routing =
        routing(Optional.of(smart), Map.of())
            .route(OracleSite.mail("a@x.example", "mx", "user@primary-here.org"));
    assertThat(routing.deliveries()).hasSize(1);
    assertThat(site.dns().questionsAbout("primary-here.org")).isZero();
  }

  @Test
  void whatDnsDoesNotSayIsDeferredAndDelaysNoOther() {
    site.dns().failing("sick.example.org");
    Routing routing = route("a@x.example", "mx", "u@sick.example.org", "jimbo@wikimedia.org");
    assertThat(routing.deliveries()).hasSize(1);
    assertThat(routing.deferred())
        .singleElement()
        .satisfies(deferred -> {
          assertThat(deferred.recipient()).isEqualTo(to("u@sick.example.org"));
          assertThat(deferred.reply().isTransient()).isTrue();
        });
  }

  @Test
  void aSecondAttemptReachesNobodyTwice() throws IOException {
    alias("mixed-pipe: jimbo, /var/mail/archive", "mixed-pipe: jimbo, |/usr/local/bin/handler");
    Envelope first = OracleSite.mail("a@x.example", "mx", "mixed-pipe@wikimedia.org");
    Routing before = site.router().route(first);
    assertThat(before.deliveries()).hasSize(1);
    List<Recipient> waiting = before.deferred().stream().map(Unroutable::recipient).toList();

    alias("mixed-pipe: jimbo, mark", "mixed-pipe: jimbo, /var/mail/archive");
    Routing after = site.router().route(first.to(waiting).settling(before.settled()).attempted());
    assertThat(after.deliveries())
        .extracting(Delivery::route)
        .containsExactly(mailbox("mark@wikimedia.org"));
    assertThat(after.deferred()).isEmpty();
  }

  @Test
  void aPipeTakesTheMailOfTheAliasThatNamesIt() {
    Routing routing = route("a@x.example", "mx", "mixed-pipe@wikimedia.org");
    assertThat(routing.deliveries())
        .contains(
            new Delivery(
                new Route(
                    Route.LOCAL,
                    "/usr/local/bin/handler",
                    new NextHop.Pipe("/usr/local/bin/handler")),
                List.of(to("mixed-pipe@wikimedia.org"))));
  }

  @Test
  void everyOriginalRecipientHearsOfAFailure() {
    Routing routing = route("a@x.example", "mx", "gone@wikimedia.org", "mixed-fail@wikimedia.org");
    assertThat(routing.failed())
        .extracting(failed -> failed.recipient().original().toString())
        .containsExactlyInAnyOrder("gone@wikimedia.org", "mixed-fail@wikimedia.org");
  }

  @Test
  void whoeverComesToAFailureByALaterAttemptHearsOfItToo() {
    Routing before = route("a@x.example", "mx", "gone@wikimedia.org");
    Envelope first = OracleSite.mail("a@x.example", "mx", "mixed-fail@wikimedia.org");
    Routing after = site.router().route(first.settling(before.settled()).attempted());
    assertThat(after.failed())
        .extracting(failed -> failed.recipient().original().toString())
        .containsExactly("mixed-fail@wikimedia.org");
    Routing again = site.router().route(first.settling(after.settled()).attempted());
    assertThat(again.failed()).isEmpty();
  }

  @Test
  void aliasesThatGrowWithoutEndAreDeferred() throws IOException {
    StringBuilder chain = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      chain.append("link").append(i).append(": link").append(i + 1).append('\n');
    }
    add(chain.toString());
    Routing routing = route("a@x.example", "mx", "link0@wikimedia.org");
    assertThat(routing.deferred()).hasSize(1);
    assertThat(routing.failed()).isEmpty();
  }

  @Test
  void anAliasBombIsBounded() throws IOException {
    StringBuilder bomb = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      String next = "bomb" + (i + 1);
      bomb.append("bomb" + i + ": " + next + ", " + next + ", jimbo\n");
    }
    add(bomb.toString());
    Routing routing = route("a@x.example", "mx", "bomb0@wikimedia.org");
    assertThat(routing.deliveries()).hasSize(1);
    assertThat(routing.deferred()).isNotEmpty();
  }

  private Routing route(String sender, String listener, String... recipients) {
    return site.router().route(OracleSite.mail(sender, listener, recipients));
  }

  private String pool(String sender, String listener, String recipient) {
    return route(sender, listener, recipient).deliveries().getFirst().route().pool();
  }

  private Router routing(Optional<NextHop.Hosts> smartHost, Map<String, NextHop.Hosts> routes) {
    return routing(smartHost, routes, Map.of(), Map.of());
  }

  private Router routing(
      Optional<NextHop.Hosts> smartHost,
      Map<String, NextHop.Hosts> routes,
      Map<String, SiteRule> sites,
      Map<String, TlsRule> tlsRules) {
    Site s = site.site();
    Site other =
        new Site(
            s.folder(),
            s.primaryHostname(),
            s.hostLists(),
            s.domainLists(),
            s.listeners(),
            s.pools(),
            s.routing().to(smartHost, routes),
            s.pipes(),
            s.dns(),
            s.sessions(),
            s.delivery().ruling(sites, tlsRules),
            s.schedule());
    return new Router(
        RoutingTable.of(other, site.sources(OtrsAddresses.at(other, site.files()))),
        other.delivery());
  }

  /** Replaces an entry, seen by readers that begin anew. */
  private void alias(String entry, String instead) throws IOException {
    Path file = folder.resolve("aliases/wikimedia.org");
    Files.writeString(file, Files.readString(file).replace(instead, entry));
    site = new OracleSite(site.site(), new LiveFiles(folder), site.dns(), site.exchangers());
  }

  private void add(String entries) throws IOException {
    Files.writeString(folder.resolve("aliases/wikimedia.org"), entries, StandardOpenOption.APPEND);
  }

  private static Recipient to(String address) {
    return Recipient.of(EmailAddress.of(address));
  }

  private static Route mailbox(String key) {
    return new Route(Route.LOCAL, key, new NextHop.Mailbox());
  }
}
