package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
                InetAddress.ofLiteral("127.0.0.2"),
                "wiki-mail.wikimedia.org",
                Site.Tls.NEVER));
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
            new Schedule(List.of(Duration.ofSeconds(30), Duration.ofHours(1)), Duration.ofDays(2)));
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
