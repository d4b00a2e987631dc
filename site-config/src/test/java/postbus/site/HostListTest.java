package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of networks, some of them in files that are edited while Postbus runs. */
class HostListTest {
  @TempDir private Path folder;
  private SiteFolder site = new SiteFolder(Path.of(""));

  @BeforeEach
  void aSiteWithAFileOfNetworks() {
    site =
        SiteFolder.in(folder)
            .change("apps: [127.0.1.0/24]", "apps: [127.0.1.0/24, \"file:offices\"]")
            .write("offices", "# Offices\n\n192.0.2.0/24\n2001:db8::/32\n198.51.100.7\n");
  }

  @Test
  void aFileOfNetworksCountsInItsListAndInThoseThatHoldIt() throws InvalidSite {
    for (String list : new String[] {"apps", "relay"}) {
      HostList hosts = SiteReader.read(folder).hostLists().get(list);
      for (String inside :
          new String[] {"127.0.1.9", "192.0.2.255", "2001:db8:1::1", "198.51.100.7"}) {
        assertThat(hosts.contains(InetAddress.ofLiteral(inside))).as(inside).isTrue();
      }
      for (String outside : new String[] {"192.0.3.1", "2001:db9::1", "198.51.100.8", "::1"}) {
        assertThat(hosts.contains(InetAddress.ofLiteral(outside))).as(outside).isFalse();
      }
    }
  }

  @Test
  void anEditedFileCountsWithoutARestartAndAMistakeInItDoesNot() throws InvalidSite {
    HostList trusted = SiteReader.read(folder).listeners().get("mx").trust();
    assertThat(trusted.contains(InetAddress.ofLiteral("203.0.113.1"))).isFalse();

    site.write("offices", "203.0.113.0/24\n");
    soon(() -> trusted.contains(InetAddress.ofLiteral("203.0.113.1")));
    assertThat(trusted.contains(InetAddress.ofLiteral("192.0.2.1"))).isFalse();

    try (LoggedLines log = LoggedLines.of(WatchedFile.class)) {
      site.write("offices", "203.0.113.0/99\n");
      soon(() -> trusted.contains(InetAddress.ofLiteral("203.0.113.1")) && !log.lines().isEmpty());
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("offices:1: \"203.0.113.0/99\"");
    }
  }

  @Test
  void mistakesInTheFileStopTheStart() {
    site.write("offices", "192.0.2.0/24\n192.0.2.1/24\nexample.org\n");
    assertThat(site.problems())
        .containsExactly(
            "offices:2: \"192.0.2.1/24\", expected 192.0.2.0/24",
            "offices:3: \"example.org\", expected an address or a network such as 192.0.2.0/24");

    site.delete("offices");
    assertThat(site.problems()).containsExactly("offices: is missing, expected a file");
  }

  @Test
  void aFileOutsideOfTheSiteIsNone() {
    site.change("file:offices", "file:../offices");
    assertThat(site.problems())
        .singleElement()
        .asString()
        .contains("\"file:../offices\", expected file:NAME, a file in the site folder");
  }

  private static void soon(Callable<Boolean> holds) {
    await().pollInterval(WatchedFile.LOOK_EVERY).atMost(Duration.ofSeconds(30)).until(holds);
  }
}
