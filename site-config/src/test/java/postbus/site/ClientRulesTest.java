package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientRulesTest {
  @TempDir private Path folder;

  @Test
  void aSiteThatSaysNothingHasNone() throws InvalidSite {
    assertThat(SiteReader.read(SiteFolder.in(folder).folder()).clients())
        .isEqualTo(ClientRules.DEFAULT);
  }

  @Test
  void theyAreWhatTheSiteSays() throws InvalidSite {
    SiteFolder site =
        SiteFolder.in(folder)
            .add(
                """
                client-networks: {ipv4-bits: 32, ipv6-bits: 56}
                rates: {recipients-per-minute-max: 100, exceptions: apps}
                greylisting:
                  active: yes
                  delay: 90s
                  retry-window: 1d
                  lifetime: 7d
                  allow-after: 0
                  entries-max: 5000
                  exceptions: relay
                """);
    Site read = SiteReader.read(site.folder());
    ClientRules clients = read.clients();
    assertThat(clients.networks()).isEqualTo(new ClientNetworks(32, 56));
    assertThat(clients.rates().recipientsPerMinuteMax()).hasValue(100);
    assertThat(clients.rates().exceptions()).map(HostList::name).contains("apps");
    assertThat(clients.greylisting())
        .isEqualTo(
            new Greylisting(
                true,
                Duration.ofSeconds(90),
                Duration.ofDays(1),
                Duration.ofDays(7),
                0,
                5000,
                Optional.of(read.hostLists().get("relay"))));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.77, 192.0.2.0/24",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "::ffff:192.0.2.77, 192.0.2.0/24"
  })
  void neighboursCountAsOne(String client, String network) {
    assertThat(ClientNetworks.DEFAULT.of(InetAddress.ofLiteral(client))).hasToString(network);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          client-networks: {ipv4-bits: 33} \
              | client-networks.ipv4-bits is "33", expected a number from 8 to 32
          client-networks: {ipv6-bits: 16} \
              | client-networks.ipv6-bits is "16", expected a number from 32 to 128
          rates: {recipients-per-minute-max: 0} \
              | rates.recipients-per-minute-max is "0", expected a number from 1 to 1000000
          rates: {recipients-max: 10} | unknown key "recipients-max" in rates
          greylisting: {active: 1} | greylisting.active is "1", expected yes or no
          greylisting: {delay: 2h} \
              | greylisting.delay is "2h", expected a duration from 1s to 1h
          rates: {exceptions: nobody} | rates.exceptions is "nobody", none of the host lists
          """)
  void aMistakeIsNamed(String lines, String problem) {
    assertThat(SiteFolder.in(folder).add(lines + "\n").problems())
        .anySatisfy(found -> assertThat(found).contains(problem));
  }
}
