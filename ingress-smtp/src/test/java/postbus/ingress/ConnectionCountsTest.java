package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ConnectionCountsTest {
  private final ConnectionCounts counts = new ConnectionCounts(20, 15);

  @Test
  void aClientHasSoManyUntilOneLeaves() {
    ConnectionCounts.Place first = counts.come(ip("192.0.2.1"), false);
    for (int i = 1; i < 15; i++) {
      assertThat(counts.come(ip("192.0.2.1"), false).isFull()).isFalse();
    }
    ConnectionCounts.Place tooMany = counts.come(ip("192.0.2.1"), false);
    assertThat(tooMany.isFull()).isTrue();
    tooMany.leave();
    first.leave();
    assertThat(counts.come(ip("192.0.2.1"), false).isFull()).isFalse();
  }

  @Test
  void strangersLeavePlacesToOurOwnHosts() {
    for (int i = 1; i <= 18; i++) {
      assertThat(counts.come(ip("192.0.2." + i), false).isFull()).isFalse();
    }
    ConnectionCounts.Place stranger = counts.come(ip("192.0.2.99"), false);
    assertThat(stranger.isFull()).isTrue();
    stranger.leave();
    assertThat(counts.come(ip("10.0.0.1"), true).isFull()).isFalse();
    assertThat(counts.come(ip("10.0.0.1"), true).isFull()).isFalse();
    assertThat(counts.come(ip("10.0.0.1"), true).isFull()).isTrue();
  }

  @Test
  void aNetworkOf64BitsIsOneClient() {
    for (int i = 0; i < 15; i++) {
      assertThat(counts.come(ip("2001:db8::" + i), false).isFull()).isFalse();
    }
    assertThat(counts.come(ip("2001:db8::ffff:1:2:3"), false).isFull()).isTrue();
    assertThat(counts.come(ip("2001:db8:0:1::1"), false).isFull()).isFalse();
  }

  @Test
  void aPlaceIsGivenToTheClientThatAFrontEndNames() {
    ConnectionCounts.Place place = counts.come(ip("192.0.2.1"), true);
    place.give(ip("192.0.2.2"), false);
    assertThat(place.isFull()).isFalse();
    for (int i = 1; i < 15; i++) {
      counts.come(ip("192.0.2.2"), false);
    }
    ConnectionCounts.Place another = counts.come(ip("192.0.2.1"), true);
    another.give(ip("192.0.2.2"), false);
    assertThat(another.isFull()).isTrue();
  }

  @Test
  void whomAFrontEndNamesFindsNoPlaceThatIsNotForStrangers() {
    for (int i = 1; i <= 18; i++) {
      counts.come(ip("192.0.2." + i), false);
    }
    ConnectionCounts.Place frontEnd = counts.come(ip("10.0.0.1"), true);
    assertThat(frontEnd.isFull()).isFalse();
    frontEnd.give(ip("192.0.2.99"), false);
    assertThat(frontEnd.isFull()).isTrue();
    frontEnd.give(ip("10.0.0.2"), true);
    assertThat(frontEnd.isFull()).isFalse();
  }

  private static InetAddress ip(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
