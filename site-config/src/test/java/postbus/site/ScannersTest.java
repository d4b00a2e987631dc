package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.NextHop.Host;
import postbus.site.Scanners.Asking;
import postbus.site.Scanners.Spam;
import postbus.site.Scanners.SpamProgram;
import postbus.site.Scanners.Virus;

/** The sections spam and virus. */
class ScannersTest {
  @TempDir private Path folder;
  private SiteFolder site = new SiteFolder(Path.of(""));

  @BeforeEach
  void aGoodSite() {
    site = SiteFolder.in(folder);
  }

  @Test
  void aSiteThatSaysNothingScansNothing() throws InvalidSite {
    assertThat(SiteReader.read(folder).scanners()).isEqualTo(Scanners.NONE);
  }

  @Test
  void theDefaultsAreTheSeeds() throws InvalidSite {
    site.add("spam: {servers: 127.0.0.1:783}\nvirus: {servers: /run/clamd.sock}\n");
    Scanners scanners = SiteReader.read(folder).scanners();
    Place spamd = new Place.Tcp(new Host("127.0.0.1", 783));
    assertThat(scanners.spam())
        .contains(
            new Spam(
                SpamProgram.SPAMD,
                new Asking(List.of(spamd), Duration.ofSeconds(6), 40 << 10, 5),
                Optional.empty(),
                10,
                120));
    Place clamd = new Place.Socket(Path.of("/run/clamd.sock"));
    assertThat(scanners.virus())
        .contains(
            new Virus(new Asking(List.of(clamd), Duration.ofSeconds(6), 24 << 20, 10), false));
    assertThat(site.warnings()).isEmpty();
  }

  @Test
  void theSeedsListOfDomainsCounts() throws InvalidSite {
    site.change("relay-domains: []", "relay-domains: []\n  spamassassin-domains: [example.net]");
    site.add("spam: {servers: [a.example:783, b.example:783], refuse-above: 7.5}\n");
    Spam spam = SiteReader.read(folder).scanners().spam().orElseThrow();
    assertThat(spam.domains().orElseThrow().names()).containsExactly("example.net");
    assertThat(spam.asking().servers()).hasSize(2);
    assertThat(spam.refuseAbove()).isEqualTo(75);
  }

  @Test
  void waitsThatTheSessionDoesNotWaitForAreOdd() {
    site.add("spam: {servers: 127.0.0.1:783, wait: 8s}\nvirus: {servers: /a, wait: 7s}\n");
    assertThat(site.warnings())
        .singleElement()
        .asString()
        .contains(
            "spam.wait and virus.wait are 15s together,"
                + " expected less than the 15s that lists and authentication leave");
  }

  @Test
  void whatOtherChecksWaitForCounts() {
    site.add("spam: {servers: 127.0.0.1:783, wait: 8s}\nvirus: {servers: /a, wait: 6s}\n");
    assertThat(site.warnings()).isEmpty();
    site.add("block-lists:\n  bl: {zone: bl.example, do: mark}\n");
    assertThat(site.warnings()).singleElement().asString().contains("less than the 14s that");
  }

  @Test
  void withoutThemTheScannersHaveAllOfIt() {
    site.add("spam: {servers: 127.0.0.1:783, wait: 19s}\n");
    site.add("authentication: {spf: off, dkim: off, dmarc: off}\n");
    assertThat(site.warnings()).isEmpty();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spam: {}                          | spam.servers is missing, expected host:port, or the
          spam: {servers: []}               | spam.servers is empty, expected host:port
          spam: {servers: localhost}        | spam.servers is "localhost", expected host:port, or
          spam: {servers: a:1, wait: 1}     | spam.wait is "1", expected a duration from 100ms to
          spam: {servers: a:1, mark-above: 1.05} | spam.mark-above is "1.05", expected a score
          spam: {servers: a:1, refuse-above: -1} | spam.refuse-above is "-1", expected a score
          spam: {servers: a:1, refuse-above: 0.5} | spam.refuse-above is below spam.mark-above
          spam: {servers: a:1, scanner: bogofilter} | expected spamd or rspamd
          spam: {servers: /a, scanner: rspamd} | spam.servers is a UNIX socket, expected host:port
          spam: {servers: a:1, domains: us} | spam.domains is "us", none of the domain lists
          virus: {servers: a:1, when-away: wait} | virus.when-away is "wait", expected accept or
          virus: {server: a:1}              | unknown key "server" in virus, did you mean
          """)
  void aMistakeIsNamed(String lines, String problem) {
    site.add(lines + "\n");
    assertThat(site.problems()).anySatisfy(found -> assertThat(found).contains(problem));
  }
}
