package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTurnsTest {
  private static final InetAddress OLD = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");
  private static final InetAddress NEW = InetAddress.ofLiteral("192.0.2.9");
  private static final InetAddress NEWER = InetAddress.ofLiteral("192.0.2.10");
  private static final InetAddress OLD_6 = InetAddress.ofLiteral("2001:db8::1");

  @TempDir private Path folder;

  @Test
  void withoutSharesEachHasItsTurn() {
    assertThat(SourceTurns.of(List.of(OLD, NEW), Map.of())).containsExactly(OLD, NEW);
  }

  @Test
  void aNewAddressHasItsShareAndNeverTwoTurnsInARow() {
    List<InetAddress> turns = SourceTurns.of(List.of(OLD, NEW, OTHER), Map.of(NEW, 5));

    assertThat(turns).hasSize(100);
    assertThat(Collections.frequency(turns, NEW)).isEqualTo(5);
    assertThat(Collections.frequency(turns, OLD)).isEqualTo(48);
    assertThat(Collections.frequency(turns, OTHER)).isEqualTo(47);
    assertThat(turns.toString()).doesNotContain(NEW + ", " + NEW);
  }

  @Test
  void sharesThatMeetEachOtherAreKept() {
    List<InetAddress> turns = SourceTurns.of(List.of(OLD, NEW, NEWER), Map.of(NEW, 50, NEWER, 49));

    assertThat(Collections.frequency(turns, NEW)).isEqualTo(50);
    assertThat(Collections.frequency(turns, NEWER)).isEqualTo(49);
    assertThat(Collections.frequency(turns, OLD)).isEqualTo(1);
  }

  @Test
  void theShareIsOfTheServersThatTheAddressReaches() {
    List<InetAddress> turns = SourceTurns.of(List.of(OLD, NEW, OLD_6), Map.of(NEW, 5));

    assertThat(Collections.frequency(turns, NEW)).isEqualTo(5);
    assertThat(Collections.frequency(turns, OLD)).isEqualTo(95);
    assertThat(turns).contains(OLD_6);
  }

  @Test
  void aSiteSaysWhichAddressIsNew() throws InvalidSite {
    Site site = SiteReader.readHere(site("[127.0.0.1, 127.0.0.3]", "{127.0.0.3: 10%}").folder());

    List<InetAddress> turns = site.pools().get(Site.NORMAL).sources();
    assertThat(Collections.frequency(turns, InetAddress.ofLiteral("127.0.0.3"))).isEqualTo(10);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          127.0.0.1 | {127.0.0.1: 5%} | is of all connections, expected 1% or more for each other
          [127.0.0.1, "::1"] | {127.0.0.1: 5%} | is of all connections
          [127.0.0.1, 127.0.0.3, 127.0.0.4] | {127.0.0.1: 50%, 127.0.0.3: 50%} \
              | is of all connections
          [127.0.0.1, 127.0.0.3, 127.0.0.4] | {127.0.0.1: 99%} | is of all connections
          [127.0.0.1, 127.0.0.3] | {127.0.0.4: 5%} \
              | "127.0.0.4" in pools.normal.warm-up, expected an address of this pool's source
          [127.0.0.1, 127.0.0.3] | {127.0.0.3: 0%} \
              | warm-up.127.0.0.3 is "0%", expected a share from 1% to 99%
          [127.0.0.1, 127.0.0.3] | {127.0.0.3: 5}  | is "5", expected a share from 1% to 99%
          """)
  void whatIsNoShareIsNamed(String source, String warmUp, String problem) {
    assertThat(site(source, warmUp).problems().toString()).contains(problem);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [127.0.0.1, 192.0.2.9] | {127.0.0.1: 5%}
          [127.0.0.1, 192.0.2.9] | {192.0.2.9: 5%}
          [127.0.0.1, 127.0.0]   | {127.0.0: 0%}
          """)
  void anAddressThatCannotBeASourceIsOneFaultWhateverItsShare(String source, String warmUp) {
    assertThat(site(source, warmUp).problems()).hasSize(1);
  }

  private SiteFolder site(String source, String warmUp) {
    return SiteFolder.in(folder)
        .change("source: 127.0.0.1", "source: " + source + "\n    warm-up: " + warmUp);
  }
}
