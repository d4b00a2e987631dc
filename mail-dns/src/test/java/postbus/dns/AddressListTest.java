package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.site.BlockList;
import postbus.site.BlockList.Action;
import postbus.site.HostList.Network;
import postbus.testkit.LoopbackDns;

/** Lists as they are, and as they should not be, asked over real datagrams. */
class AddressListTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String NIBBLES =
      "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2";
  private static final String ZONE =
      """
      4.3.2.1.bl.example.      A 127.0.0.2
      4.3.2.1.bl.example.      TXT "spam source, see https://bl.example/1.2.3.4"
      5.3.2.1.bl.example.      A 127.0.0.2
      5.3.2.1.bl.example.      A 127.0.0.10
      6.3.2.1.bl.example.      A 127.0.0.4
      6.3.2.1.bl.example.      TXT "\\013\\010250 OK\\000\\252" "second" " part "
      7.3.2.1.bl.example.      CNAME long.bl.example.
      long.bl.example.         A 127.0.0.2
      long.bl.example.         TXT "%s" "%s"
      8.3.2.1.bl.example.      A 127.255.255.254
      9.3.2.1.bl.example.      A 127.0.0.2
      9.3.2.1.bl.example.      A 127.255.255.252
      10.3.2.1.parked.example. A 192.0.2.80
      %s.bl.example.           A 127.0.0.3
      """
          .formatted("x".repeat(150), "y".repeat(150), NIBBLES);

  private LoopbackDns dns;

  @BeforeEach
  void start() throws IOException {
    dns = LoopbackDns.serving(ZONE).failing("11.3.2.1.bl.example").silent("12.3.2.1.bl.example");
  }

  @AfterEach
  void stop() {
    dns.close();
  }

  @Test
  void whoIsListedIsToldWhy() {
    assertThat(list().of(address("1.2.3.4")))
        .isEqualTo(
            new Listing.Listed(
                List.of("127.0.0.2"), "spam source, see https://bl.example/1.2.3.4"));
    assertThat(list().of(address("1.2.3.99"))).isEqualTo(new Listing.NotListed());
  }

  @Test
  void ipv6IsAskedByNibbles() {
    assertThat(list().of(address("2001:db8::1")))
        .isEqualTo(new Listing.Listed(List.of("127.0.0.3"), ""));
    assertThat(list().of(address("2001:db8::2"))).isEqualTo(new Listing.NotListed());
  }

  @Test
  void onlyAnswersThatTheSiteCountsAreAListing() {
    AddressList some = list("bl.example", new Network(address("127.0.0.10"), 32), true, LONG);
    assertThat(some.of(address("1.2.3.5")))
        .isEqualTo(new Listing.Listed(List.of("127.0.0.10"), ""));
    assertThat(some.of(address("1.2.3.4"))).isEqualTo(new Listing.NotListed());
  }

  @Test
  void aReasonIsOneLineOfPrintableCharacters() {
    assertThat(list().of(address("1.2.3.6")))
        .isEqualTo(new Listing.Listed(List.of("127.0.0.4"), "??250 OK??second part"));
  }

  @Test
  void aLongReasonIsCutAndAliasesAreFollowed() {
    dns.truncated("7.3.2.1.bl.example");
    assertThat(list().of(address("1.2.3.7")))
        .isEqualTo(new Listing.Listed(List.of("127.0.0.2"), "x".repeat(150) + "y".repeat(50)));
  }

  @Test
  void whoWantsNoReasonDoesNotAskForIt() {
    AddressList list = list("bl.example", BlockList.CODES, false, LONG);
    assertThat(list.of(address("1.2.3.4"))).isEqualTo(new Listing.Listed(List.of("127.0.0.2"), ""));
    assertThat(dns.questions()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.3.8", "1.2.3.9"})
  void aListThatTurnsUsAwayHasFailed(String client) {
    assertThat(list().of(address(client)))
        .isInstanceOfSatisfying(
            Listing.Failed.class,
            failed -> assertThat(failed.why()).startsWith("it answers 127.255.255.25"));
  }

  @Test
  void aDomainThatSomebodyElseHasNowIsNoList() {
    AddressList parked = list("parked.example", BlockList.CODES, true, LONG);
    assertThat(parked.of(address("1.2.3.10")))
        .isEqualTo(new Listing.Failed("it answers 192.0.2.80"));
  }

  @Test
  void aListThatFailsOrIsSilentHasFailedWithinItsTime() {
    assertThat(list().of(address("1.2.3.11"))).isInstanceOf(Listing.Failed.class);
    long begin = System.nanoTime();
    assertThat(
            list("bl.example", BlockList.CODES, true, Duration.ofMillis(300))
                .of(address("1.2.3.12")))
        .isInstanceOf(Listing.Failed.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG.dividedBy(2));
  }

  @Test
  void answersAreBelievedAsLongAsDnsSays() {
    AddressList list = list();
    for (String client : List.of("1.2.3.4", "1.2.3.99", "1.2.3.5")) {
      Listing first = list.of(address(client));
      int asked = dns.questions();
      assertThat(list.of(address(client))).isEqualTo(first);
      assertThat(dns.questions()).as(client).isEqualTo(asked);
    }
  }

  private AddressList list() {
    return list("bl.example", BlockList.CODES, true, LONG);
  }

  private AddressList list(String zone, Network answers, boolean withReason, Duration wait) {
    BlockList rule =
        new BlockList("bl", zone, List.of(answers), Action.REFUSE, "", wait, Optional.empty());
    DnsSettings settings =
        new DnsSettings(
            List.of(dns.address()),
            wait,
            Duration.ofMinutes(5),
            _ -> false,
            new ThisHost(Set.of(), Set.of()));
    return new AddressList(rule, withReason, settings);
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
