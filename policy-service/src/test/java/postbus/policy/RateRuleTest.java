package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.process.TokenBuckets;
import postbus.site.ClientNetworks;
import postbus.site.ClientRules;
import postbus.site.Greylisting;
import postbus.site.HostList;
import postbus.site.HostList.Network;
import postbus.site.Rates;

class RateRuleTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String RECIPIENT = "mark@wikimedia.org";

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND.toNanos());
  private final RateRule rule = rule(OptionalInt.of(60), Optional.empty());

  @Test
  void aMinutesWorthMayComeAtOnceThenOneASecond() {
    assertThat(taken("192.0.2.1", 100)).isEqualTo(60);
    clock.addAndGet(SECOND.toNanos());
    assertThat(taken("192.0.2.1", 10)).isEqualTo(1);
    clock.addAndGet(SECOND.multipliedBy(5).toNanos());
    assertThat(taken("192.0.2.1", 10)).isEqualTo(5);
    clock.addAndGet(Duration.ofHours(1).toNanos());
    assertThat(taken("192.0.2.1", 100)).isEqualTo(60);
  }

  @Test
  void whoIsTooFastHearsSoAndMayComeAgain() {
    taken("192.0.2.1", 60);
    assertThat(reply("192.0.2.1", RECIPIENT))
        .contains(
            SmtpReply.of(
                450,
                "4.7.1",
                "too many recipients from 192.0.2.0/24, at most 60 a minute; try again later"));
  }

  @Test
  void addressesOfANetworkShareItsRateAndOthersHaveTheirOwn() {
    assertThat(taken("192.0.2.1", 40)).isEqualTo(40);
    assertThat(taken("192.0.2.200", 40)).isEqualTo(20);
    assertThat(taken("192.0.3.1", 100)).isEqualTo(60);
    assertThat(taken("2001:db8:0:1::1", 100)).isEqualTo(60);
    assertThat(taken("2001:db8:0:1:ffff::", 100)).isZero();
    assertThat(taken("2001:db8:0:2::1", 100)).isEqualTo(60);
  }

  @Test
  void thePostmasterCanBeWrittenToAndCounts() {
    assertThat(reply("192.0.2.1", "postmaster@wikimedia.org")).isEmpty();
    assertThat(taken("192.0.2.1", 100)).isEqualTo(59);
    assertThat(reply("192.0.2.1", "Postmaster@wikimedia.org")).isEmpty();
  }

  @Test
  void exceptionsAndSitesWithoutALimitAreNotCounted() {
    HostList good =
        new HostList("good", List.of(new Network(InetAddress.ofLiteral("192.0.2.1"), 32)));
    RateRule lenient = rule(OptionalInt.of(1), Optional.of(good));
    assertThat(taken(lenient, "192.0.2.1", 100)).isEqualTo(100);
    assertThat(taken(lenient, "192.0.2.2", 100)).isEqualTo(1);
    assertThat(taken(rule(OptionalInt.empty(), Optional.empty()), "192.0.2.1", 100)).isEqualTo(100);
  }

  @Test
  void theNetworkThatWasSilentTheLongestIsForgotten() {
    TokenBuckets<Network> rates = new TokenBuckets<>(1, Duration.ofMinutes(1), clock::get);
    Network first = network(0);
    Network second = network(1);
    assertThat(rates.take(first)).isTrue();
    assertThat(rates.take(second)).isTrue();
    IntStream.range(2, TokenBuckets.CLIENTS_MAX).forEach(i -> rates.take(network(i)));
    assertThat(rates.take(first)).isFalse();
    assertThat(rates.take(network(TokenBuckets.CLIENTS_MAX))).isTrue();
    assertThat(rates.remembered()).isEqualTo(TokenBuckets.CLIENTS_MAX);
    assertThat(rates.take(first)).as("still known").isFalse();
    assertThat(rates.take(second)).as("forgotten").isTrue();
  }

  private static Network network(int number) {
    byte[] octets = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    try {
      return new Network(InetAddress.getByAddress(octets), 32);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private RateRule rule(OptionalInt perMinute, Optional<HostList> exceptions) {
    return new RateRule(
        new ClientRules(
            List.of(),
            ClientNetworks.DEFAULT,
            new Rates(perMinute, exceptions),
            Greylisting.DEFAULT),
        clock::get);
  }

  private long taken(String client, int recipients) {
    return taken(rule, client, recipients);
  }

  private static long taken(RateRule rule, String client, int recipients) {
    return IntStream.range(0, recipients)
        .filter(_ -> rule.on(asked(client, RECIPIENT)).isEmpty())
        .count();
  }

  private Optional<SmtpReply> reply(String client, String recipient) {
    return rule.on(asked(client, recipient));
  }

  private static AskedRecipient asked(String client, String recipient) {
    return new AskedRecipient(
        new RecipientQuestion(
            new Client(client, "out.example", "mx", false),
            ReversePath.of("a@example.org"),
            EmailAddress.of(recipient)),
        _ -> new Verification(Standing.LOCAL, SmtpReply.of(250, "2.1.5", "Ok")));
  }
}
