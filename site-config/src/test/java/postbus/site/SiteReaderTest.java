package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.NextHop;

/** A right site becomes values. */
class SiteReaderTest {
  @TempDir private Path folder;

  @Test
  void theSampleSiteIsGoodAndSaysWhatTheSeedSays() throws InvalidSite {
    Site site = SiteReader.readHere(Path.of("../site"));

    assertThat(site.primaryHostname()).isEqualTo("mchenry.wikimedia.org");
    Site.Listener mx = site.listeners().get("mx");
    Site.Listener wiki = site.listeners().get("wiki-mail");
    assertThat(mx.address()).isEqualTo(new InetSocketAddress("127.0.0.1", 2525));
    assertThat(mx.onlyFrom()).isEmpty();
    assertThat(wiki.address()).isEqualTo(new InetSocketAddress("127.0.0.2", 2525));
    for (String ours : List.of("127.0.0.1", "127.0.0.2", "127.0.1.77")) {
      assertThat(mx.trust().contains(InetAddress.ofLiteral(ours))).as(ours).isTrue();
      assertThat(wiki.onlyFrom().orElseThrow().contains(InetAddress.ofLiteral(ours))).isTrue();
    }
    InetAddress outsider = InetAddress.ofLiteral("127.0.9.1");
    assertThat(mx.trust().contains(outsider)).isFalse();
    assertThat(wiki.onlyFrom().orElseThrow().contains(outsider)).isFalse();
    assertThat(site.pools().get("bulk"))
        .isEqualTo(
            new Site.Pool(
                "bulk",
                List.of(InetAddress.ofLiteral("127.0.0.2")),
                "wiki-mail.wikimedia.org",
                Site.Tls.NEVER,
                List.of(),
                Optional.of(new Schedule(Schedule.DEFAULT.delays(), Duration.ofDays(1)))));
    assertThat(site.routing().wikiMail())
        .contains(new RoutingRules.WikiMail(List.of("wiki@wikimedia.org"), "wiki-mail", "bulk"));
    assertThat(site.routing().smartHost())
        .contains(NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2526)));
    assertThat(site.sessions()).isEqualTo(SessionLimits.DEFAULT);
    assertThat(site.delivery()).isEqualTo(DeliveryLimits.DEFAULT);
    assertThat(site.schedule()).isEqualTo(Schedule.DEFAULT);
  }

  @Test
  void inTheSampleSiteEachLocalDomainHasItsPostmasterAndAbuse() throws InvalidSite {
    Site site = SiteReader.read(Path.of("../site"));
    LiveFiles files = new LiveFiles(site.folder());
    DomainList local = site.domainLists().get("local-domains");

    assertThat(local.mxPrimary()).isTrue();
    for (String domain :
        List.of("wikimedia.org", "wikipedia.org", "wiktionary.org", "mchenry.wikimedia.org")) {
      assertThat(files.contains(local, domain)).as(domain).isTrue();
      assertThat(files.alias(domain, "postmaster")).as(domain).isPresent();
      assertThat(files.alias(domain, "abuse")).as(domain).isPresent();
    }
  }

  @Test
  void listsHoldWhatTheyReferTo() throws InvalidSite {
    Site site = SiteReader.read(SiteFolder.in(folder).folder());

    HostList relay = site.hostLists().get("relay");
    assertThat(relay.contains(InetAddress.ofLiteral("127.0.0.2"))).as("a pool's source").isTrue();
    assertThat(relay.contains(InetAddress.ofLiteral("127.0.1.200"))).as("+apps").isTrue();
    assertThat(relay.contains(InetAddress.ofLiteral("127.0.2.1"))).isFalse();
    assertThat(site.domainLists().get("local-domains"))
        .isEqualTo(
            new DomainList(
                "local-domains",
                Set.of("mx.example.org", "example.org"),
                List.of(folder.resolve("local-domains")),
                false));
  }

  @Test
  void whatTheSiteDoesNotSayHasItsDefault() throws InvalidSite {
    Site site = SiteReader.read(SiteFolder.in(folder).folder());

    assertThat(site.pools().get("normal").helo()).isEqualTo("mx.example.org");
    assertThat(site.pools().get("normal").tls()).isEqualTo(Site.Tls.OPPORTUNISTIC);
    assertThat(site.listeners().get("wiki").trust().networks()).as("nobody").isEmpty();
    assertThat(site.routing().smartHost()).isEmpty();
    assertThat(site.routing().routes()).isEmpty();
    assertThat(site.routing().wikiMail().orElseThrow().senders())
        .containsExactly("wiki@example.org");
  }

  @Test
  void durationsSizesAndRoutesAreRead() throws InvalidSite {
    SiteFolder site =
        SiteFolder.in(folder)
            .add(
                """
                smart-host: "[::1]:2526"
                routes:
                  Lists.example.org: lists.example.org:25
                sessions: {size-max: 512K, verdict-wait: 300ms}
                delivery: {idle-wait: 2m}
                retry:
                  delays: [30s, 1h]
                  lifetime: 2d
                """);

    Site read = SiteReader.read(site.folder());

    assertThat(read.routing().smartHost().orElseThrow().toString())
        .endsWith("1]:2526")
        .startsWith("[");
    assertThat(read.routing().routes())
        .containsEntry(
            "lists.example.org", NextHop.Hosts.of(new NextHop.Host("lists.example.org", 25)));
    assertThat(read.sessions().sizeMax()).isEqualTo(512 << 10);
    assertThat(read.sessions().verdictWait()).isEqualTo(Duration.ofMillis(300));
    assertThat(read.delivery().idleWait()).isEqualTo(Duration.ofMinutes(2));
    assertThat(read.schedule())
        .isEqualTo(
            new Schedule(
                List.of(Duration.ofSeconds(30), Duration.ofHours(1)),
                Duration.ofDays(2),
                Schedule.DEFAULT.delayNotice()));
  }

  @Test
  void aPoolSaysWhereItsScheduleDiffers() throws InvalidSite {
    SiteFolder site =
        SiteFolder.in(folder)
            .change("tls: never", "tls: never\n    retry: {lifetime: 1d, delay-notice: never}")
            .add("retry: {delays: [2m], delay-notice: 1h}\n");

    Site read = SiteReader.read(site.folder());

    List<Duration> delays = List.of(Duration.ofMinutes(2));
    assertThat(read.schedule(read.pools().get("normal")))
        .isEqualTo(new Schedule(delays, Duration.ofDays(5), Optional.of(Duration.ofHours(1))));
    assertThat(read.schedule(read.pools().get("bulk")))
        .isEqualTo(new Schedule(delays, Duration.ofDays(1), Optional.empty()));
  }

  @Test
  void aPoolMayHaveManyAddressesAndKeys() throws InvalidSite {
    SiteFolder site =
        SiteFolder.in(folder)
            .write("dkim/wiki.pem", "-----BEGIN PRIVATE KEY-----\n")
            .change("source: 127.0.0.2", "source: [127.0.0.2, 127.0.0.3, \"::1\"]")
            .change(
                "tls: never",
                "dkim: {wiki: {domain: Example.org, selector: 2007a, key-file: dkim/wiki.pem}}");

    Site.Pool bulk = SiteReader.read(site.folder()).pools().get("bulk");

    assertThat(bulk.sources())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("127.0.0.2", "127.0.0.3", "0:0:0:0:0:0:0:1");
    assertThat(bulk.dkim())
        .containsExactly(
            new SigningKey("example.org", "2007a", site.path("dkim/wiki.pem").toAbsolutePath()));
    assertThat(bulk.dkim().getFirst().signs("lists.example.org")).isTrue();
    assertThat(bulk.dkim().getFirst().signs("an-example.org")).isFalse();
  }

  @Test
  void aProcessThatSignsNothingNeedsNotHaveTheKeys() throws InvalidSite {
    SiteFolder site =
        SiteFolder.in(folder)
            .change("tls: never", "dkim: {a: {domain: a.org, selector: a, key-file: a.pem}}");

    assertThat(SiteReader.read(site.folder()).pools().get("bulk").dkim()).hasSize(1);
    assertThat(site.problems())
        .singleElement()
        .satisfies(found -> assertThat(found).startsWith("postbus.yaml:23: "));
  }

  @Test
  void whatHoldsForSingleSitesAndDomainsIsRead() throws InvalidSite {
    SiteFolder site =
        SiteFolder.in(folder)
            .add(
                """
                delivery: {slots: 3, lend-above: 100, lend-after: 10s, lend-idle: 1h}
                sites:
                  Google.com:
                    exchangers: [google.com, GoogleMail.com, "::1"]
                    own-lane: yes
                    connections-max: 50
                    mails-per-minute-max: 3000
                  wikia.com: {mails-per-connection-max: 10}
                tls-rules:
                  Bank.example: verified
                  old.example: never
                """);

    DeliveryLimits delivery = SiteReader.read(site.folder()).delivery();

    assertThat(delivery.lending())
        .isEqualTo(new Lending(3, 100, Duration.ofSeconds(10), Duration.ofHours(1)));
    SiteRule google = delivery.rule("google.com").orElseThrow();
    assertThat(google)
        .isEqualTo(
            new SiteRule(
                "google.com",
                List.of("google.com", "googlemail.com", "0:0:0:0:0:0:0:1"),
                true,
                OptionalInt.of(50),
                OptionalInt.empty(),
                OptionalInt.of(3000)));
    assertThat(google.has("aspmx.l.google.com")).isTrue();
    assertThat(google.has("notgoogle.com")).isFalse();
    assertThat(delivery.rule("wikia.com").orElseThrow().has("wikia.com")).isTrue();
    assertThat(delivery.ownLanes()).containsExactly("google.com");
    assertThat(delivery.tlsRule("bank.example")).contains(TlsRule.VERIFIED);
    assertThat(delivery.tlsRule("old.example")).contains(TlsRule.NEVER);
    assertThat(delivery.tlsRule("other.example")).isEmpty();
  }

  @Test
  void aListenerOnAllAddressesMakesAllOfThemOurs() throws InvalidSite {
    SiteFolder site = SiteFolder.in(folder).change("127.0.0.1:2525", "0.0.0.0:2600");

    HostList relay = SiteReader.read(site.folder()).hostLists().get("relay");

    assertThat(relay.contains(InetAddress.getLoopbackAddress())).isTrue();
  }

  @Test
  void aProcessThatSendsNoMailNeedsNotHaveThePoolsAddresses() throws InvalidSite {
    SiteFolder site = SiteFolder.in(folder).change("source: 127.0.0.2", "source: 192.0.2.99");

    assertThat(SiteReader.read(site.folder()).pools()).containsKey("bulk");
    assertThatThrownBy(() -> SiteReader.readHere(site.folder()))
        .isInstanceOf(InvalidSite.class)
        .hasMessage(
            "postbus.yaml:21: pools.bulk.source is \"192.0.2.99\", no address of this machine,"
                + " expected one that a connection can leave from");
  }
}
