package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import postbus.dns.DnsRecords.Found;
import postbus.dns.DnsRecords.Kind;
import postbus.dns.DnsRecords.Nothing;
import postbus.dns.DnsRecords.Unknown;
import postbus.testkit.LoopbackDns;

/** Single records, asked of a server over UDP and TCP. */
class RecordLookupTest {
  private static final String ZONE =
      """
      example.org. TXT "v=spf1 " "-all"
      example.org. TXT "\\200\\010"
      example.org. MX 20 b.example.org.
      example.org. MX 10 a.example.org.
      null.example.org. MX 0 .
      a.example.org. A 192.0.2.1
      a.example.org. AAAA 2001:db8::1
      alias.example.org. CNAME a.example.org.
      1.2.0.192.in-addr.arpa. PTR a.example.org.
      odd\\032name/x.example.org. A 192.0.2.9
      """;

  private LoopbackDns server;
  private DnsRecords dns;

  @BeforeEach
  void serve() throws IOException {
    server = LoopbackDns.serving(ZONE).silent("silent.example.org").failing("broken.example.org");
    dns = lookup(Duration.ofSeconds(10));
  }

  @AfterEach
  void end() {
    server.close();
  }

  private DnsRecords lookup(Duration limit) {
    Predicate<InetAddress> none = _ -> false;
    return new RecordLookup(
            new DnsSettings(
                List.of(server.address()),
                limit,
                Duration.ZERO,
                none,
                new ThisHost(Set.of(), Set.of())))
        .within(limit);
  }

  @Test
  void textsKeepTheirOctetsAndTheirStringsArePutTogether() {
    server.truncated("example.org");
    assertThat(dns.texts("EXAMPLE.org.")).isInstanceOf(Found.class);
    assertThat(((Found<String>) dns.texts("EXAMPLE.org.")).values())
        .containsExactlyInAnyOrder("v=spf1 -all", "\u00c8\n");
  }

  @Test
  void addressesAreOfOneKindAndBehindAliases() {
    assertThat(dns.addresses("alias.example.org", Kind.V4)).isEqualTo(addresses("192.0.2.1"));
    assertThat(dns.addresses("alias.example.org", Kind.V6)).isEqualTo(addresses("2001:db8::1"));
  }

  private static Found<InetAddress> addresses(String address) {
    return new Found<>(List.of(InetAddress.ofLiteral(address)));
  }

  @Test
  void exchangersAndNames() {
    assertThat(dns.exchangers("example.org"))
        .isEqualTo(new Found<>(List.of("a.example.org", "b.example.org")));
    assertThat(dns.exchangers("null.example.org")).isEqualTo(new Found<>(List.of("")));
    assertThat(dns.hosts(InetAddress.ofLiteral("192.0.2.1")))
        .isEqualTo(new Found<>(List.of("a.example.org")));
  }

  @Test
  void aNameMayHoldAnyOctets() {
    assertThat(dns.addresses("odd name/x.example.org", Kind.V4)).isEqualTo(addresses("192.0.2.9"));
  }

  @Test
  void whatIsNoNameHasNoRecordsAndAsksNobody() {
    for (String name :
        List.of("", ".", "a..b", "x".repeat(64) + ".org", "b\u00fc\u0434.org", "a.".repeat(130))) {
      assertThat(dns.texts(name)).isEqualTo(new Nothing<>(false));
    }
    assertThat(server.questions()).isZero();
  }

  @Test
  void noneIsToldFromNoAnswer() {
    assertThat(dns.texts("a.example.org")).isEqualTo(new Nothing<>(true));
    assertThat(dns.texts("nowhere.example.org")).isEqualTo(new Nothing<>(false));
    assertThat(dns.texts("broken.example.org")).isInstanceOf(Unknown.class);
    assertThat(lookup(Duration.ofMillis(300)).texts("silent.example.org"))
        .isInstanceOf(Unknown.class);
  }

  @Test
  void allQuestionsShareOneDeadline() {
    DnsRecords hasty = lookup(Duration.ofMillis(300));
    long begin = System.nanoTime();
    for (int i = 0; i < 40; i++) {
      assertThat(hasty.texts("silent.example.org")).isInstanceOf(Unknown.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
  }

  @Test
  void whoeverHasTooManyTextsSaysNothingAndFillsNoMemory() throws IOException {
    String text = " \"" + "x".repeat(250) + "\"";
    server.add("large.example.org. TXT" + text.repeat(40)).truncated("large.example.org");
    server.add("small.example.org. TXT" + text.repeat(30)).truncated("small.example.org");
    for (int i = 0; i < 2; i++) {
      assertThat(dns.texts("large.example.org")).isInstanceOf(Unknown.class);
      assertThat(dns.texts("small.example.org")).isInstanceOf(Found.class);
    }
    assertThat(server.questionsAbout("large.example.org")).isEqualTo(4);
    assertThat(server.questionsAbout("small.example.org")).isEqualTo(2);
  }

  @Test
  void afterTheDeadlineNobodyIsAsked() {
    DnsRecords late = lookup(Duration.ZERO.plusNanos(1));
    assertThat(late.texts("example.org")).isInstanceOf(Unknown.class);
    assertThat(server.questions()).isZero();
  }
}
