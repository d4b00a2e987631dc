package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;
import postbus.dns.Lookups.Asked;
import postbus.dns.Lookups.Looked;
import postbus.testkit.LoopbackDns;

/** Places of questions, of which there are only so many. */
class LookupsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void aQuestionThatNobodyWaitsForGivesItsPlaceBackAfterOneTry() throws Exception {
    try (LoopbackDns server = LoopbackDns.serving("").silent("silent.example.org")) {
      Lookups lookups = lookups(server, Duration.ofSeconds(6));
      Name name = Name.fromString("silent.example.org.");
      lookups.ask(Name.fromString("first.example.org."), Type.A, in(LONG)).get();

      Asked asked = lookups.ask(name, Type.A, in(Duration.ofSeconds(1)));
      assertThat(asked.get()).isInstanceOf(Looked.Unknown.class);

      await().atMost(LONG).until(() -> lookups.underWay() == 0);
      assertThat(server.questionsAbout("silent.example.org")).isEqualTo(1);
    }
  }

  private static Lookups lookups(LoopbackDns server, Duration limit) throws IOException {
    Predicate<InetAddress> none = _ -> false;
    return new Lookups(
        new DnsSettings(
            List.of(server.address()),
            limit,
            Duration.ZERO,
            none,
            new ThisHost(Set.of(), Set.of())));
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }
}
