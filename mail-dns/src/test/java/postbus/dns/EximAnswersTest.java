package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.dns.MailExchangers.Here;
import postbus.dns.MailExchangers.Later;
import postbus.dns.MailExchangers.Never;
import postbus.testkit.LoopbackDns;

/** Odd zones, and what a real Exim makes of them by the seed's rules; see exim/README.md. */
class EximAnswersTest {
  private static final Predicate<InetAddress> SEEDS_IGNORED =
      address ->
          address.equals(InetAddress.ofLiteral("0.0.0.0"))
              || (address.getAddress().length == 4 && address.isLoopbackAddress());

  private static final ThisHost MCHENRY =
      new ThisHost(
          Set.of("mchenry.wikimedia.org"), Set.of(InetAddress.ofLiteral("66.230.200.216")));

  private static LoopbackDns dns;
  private static DnsExchangers exchangers;

  @BeforeAll
  static void start() throws IOException {
    dns =
        LoopbackDns.serving(Files.readString(resource("zone")))
            .failing("sick.example")
            .failing("h.sick.example");
    exchangers =
        new DnsExchangers(
            new DnsSettings(
                List.of(dns.address()),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
                SEEDS_IGNORED,
                MCHENRY));
  }

  @AfterAll
  static void stop() {
    dns.close();
  }

  @ParameterizedTest
  @MethodSource("answers")
  void postbusDecidesLikeExim(String line) {
    String[] domainAndAnswer = line.split(" +", 2);
    assertThat(answer(domainAndAnswer[0])).isEqualTo(inOurWords(domainAndAnswer[1]));
  }

  static List<String> answers() throws IOException {
    return Files.readAllLines(resource("answers"));
  }

  private static String answer(String domain) {
    return switch (exchangers.primary(domain)) {
      case YES -> "local";
      case UNKNOWN -> "waits";
      case NO ->
          switch (exchangers.of(domain)) {
            case Found(List<Exchanger> all) ->
                "to " + String.join(" ", all.stream().map(Exchanger::host).toList());
            case Here _, Later _ -> "waits";
            case Never _ -> "fails";
          };
    };
  }

  private static String inOurWords(String exims) {
    return exims.startsWith("waits") || exims.startsWith("fails") ? exims.substring(0, 5) : exims;
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(EximAnswersTest.class.getResource("/exim/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
