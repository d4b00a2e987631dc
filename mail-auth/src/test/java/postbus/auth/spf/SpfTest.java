package postbus.auth.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.auth.Zone;
import postbus.mail.ReversePath;

/** The project's own cases: each mechanism, modifier, macro and limit of RFC 7208. */
class SpfTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress CLIENT_V6 = InetAddress.ofLiteral("2001:db8::1");

  private final Zone dns =
      new Zone()
          .add("mail.example.org", "A", "192.0.2.1")
          .add("mail.example.org", "AAAA", "2001:db8::1")
          .add("near.example.org", "A", "192.0.2.77")
          .add("far.example.org", "A", "198.51.100.1")
          .add("mx.example.org", "MX", "far.example.org")
          .add("mx.example.org", "MX", "mail.example.org")
          .add("1.2.0.192.in-addr.arpa", "PTR", "mail.example.org.")
          .text("passes.example.org", "v=spf1 +all")
          .text("fails.example.org", "v=spf1 -all")
          .text("softly.example.org", "v=spf1 ~all")
          .text("broken.example.org", "v=spf1 nonsense")
          .silent("silent.example.org");

  private SpfResult result(String record) {
    return outcome(record, CLIENT).result();
  }

  private Spf.Outcome outcome(String record, InetAddress client) {
    dns.text("example.org", record);
    return new Spf("mx.example.net")
        .mailFrom(dns, client, "helo.example.org", ReversePath.of("joe.doe-x@example.org"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v=spf1 | NEUTRAL
          v=spf1 all | PASS
          v=spf1 -all | FAIL
          v=spf1 ~ALL | SOFTFAIL
          v=spf1 ?all | NEUTRAL
          v=spf10 -all | NONE
          v=spf1 ip4:192.0.2.1 -all | PASS
          v=spf1 ip4:192.0.2.64/26 -all | FAIL
          v=spf1 ip4:192.0.2.64/25 -all | PASS
          v=spf1 ip4:192.0.2 -all | PERMERROR
          v=spf1 ip4:192.0.2.256 -all | PERMERROR
          v=spf1 ip4:192.0.2.1/ -all | PERMERROR
          v=spf1 ip6:2001:db8::/32 -all | FAIL
          v=spf1 ip6:2001:db8::%eth0 -all | PERMERROR
          v=spf1 a:mail.example.org -all | PASS
          v=spf1 a:far.example.org -all | FAIL
          v=spf1 a:near.example.org/24//64 -all | PASS
          v=spf1 a:near.example.org/33 -all | PERMERROR
          v=spf1 mx:mx.example.org -all | PASS
          v=spf1 mx:far.example.org -all | FAIL
          v=spf1 ptr:example.org -all | PASS
          v=spf1 ptr:example.com -all | FAIL
          v=spf1 exists:far.example.org -all | PASS
          v=spf1 exists:nowhere.example.org -all | FAIL
          v=spf1 exists:silent.example.org -all | TEMPERROR
          v=spf1 include:passes.example.org -all | PASS
          v=spf1 include:fails.example.org ~all | SOFTFAIL
          v=spf1 include:softly.example.org -all | FAIL
          v=spf1 include:broken.example.org -all | PERMERROR
          v=spf1 include:nowhere.example.org -all | PERMERROR
          v=spf1 include:silent.example.org -all | TEMPERROR
          v=spf1 redirect=softly.example.org | SOFTFAIL
          v=spf1 redirect=nowhere.example.org | PERMERROR
          v=spf1 redirect=passes.example.org -all | FAIL
          v=spf1 unknown=%{d} -all | FAIL
          v=spf1 unknown=%d -all | PERMERROR
          v=spf1 exp=a.example.org exp=b.example.org -all | PERMERROR
          v=spf1 a:%{z}.example.org -all | PERMERROR
          v=spf1 a:%{d0}.example.org -all | PERMERROR
          v=spf1 a:%{d -all | PERMERROR
          """)
  void aRecordMeans(String record, SpfResult result) {
    assertThat(result(record)).isEqualTo(result);
  }

  @Test
  void ofIpv6() {
    assertThat(outcome("v=spf1 a:mail.example.org/0//128 -all", CLIENT_V6).result())
        .isEqualTo(SpfResult.PASS);
    dns.text("other.example", "v=spf1 ip6:2001:db8:ffff::/33 -all");
    assertThat(new Spf("r").helo(dns, CLIENT_V6, "other.example").result())
        .isEqualTo(SpfResult.FAIL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          %{s} | joe.doe-x@example.org
          %{l} and %{o} | joe.doe-x and example.org
          %{d} %{d1} %{dr} %{d2r} | example.org org org.example org.example
          %{i} %{ir} %{v} | 192.0.2.1 1.2.0.192 in-addr
          %{h} %{h1r} | helo.example.org helo
          %{p} | mail.example.org
          %{l-} %{l.-} %{l1.-} | joe.doe.x joe.doe.x x
          %{S} | joe.doe-x%40example.org
          %{c} %{r} | 192.0.2.1 mx.example.net
          %% %_ %- | % \u0020 %20
          """)
  void aMacroStandsFor(String explanation, String text) {
    dns.text("why.example.org", explanation);
    assertThat(outcome("v=spf1 exp=why.%{d} -all", CLIENT).explanation())
        .map(String::strip)
        .contains(text);
  }

  @Test
  void theTimeIsInSeconds() {
    dns.text("why.example.org", "%{t}");
    assertThat(outcome("v=spf1 exp=why.%{d} -all", CLIENT).explanation())
        .hasValueSatisfying(time -> assertThat(time).matches("[0-9]{10,11}"));
  }

  @Test
  void anAddressOfIpv6IsDottedByItsDigits() {
    dns.text("why.example.org", "%{i} %{v} %{c} %{p}");
    assertThat(outcome("v=spf1 exp=why.%{d} -all", CLIENT_V6).explanation())
        .contains("2.0.0.1.0.D.B.8." + "0.".repeat(23) + "1 ip6 2001:db8::1 unknown");
  }

  @Test
  void tenTermsAskDnsAndNoMore() {
    assertThat(result("v=spf1" + " a:far.example.org".repeat(10) + " -all"))
        .isEqualTo(SpfResult.FAIL);
    int before = dns.questions();
    dns.text("other.example", "v=spf1" + " a:far.example.org".repeat(11) + " -all");
    assertThat(new Spf("r").helo(dns, CLIENT, "other.example").result())
        .isEqualTo(SpfResult.PERMERROR);
    assertThat(dns.questions() - before).isEqualTo(1 + 10);
  }

  @Test
  void aDomainThatIncludesItselfEnds() {
    assertThat(result("v=spf1 include:example.org -all")).isEqualTo(SpfResult.PERMERROR);
    dns.text("round.example", "v=spf1 redirect=round.example");
    assertThat(new Spf("r").helo(dns, CLIENT, "round.example").result())
        .isEqualTo(SpfResult.PERMERROR);
  }

  @Test
  void twoTermsMayFindNothingAndNoMore() {
    assertThat(result("v=spf1 a:x1.example.com mx:x2.example.com -all")).isEqualTo(SpfResult.FAIL);
    dns.text("other.example", "v=spf1 a:x1.example.com mx:x2.example.com exists:x3.example -all");
    assertThat(new Spf("r").helo(dns, CLIENT, "other.example").result())
        .isEqualTo(SpfResult.PERMERROR);
  }

  @Test
  void exchangersThatDoNotExistAreWasteAndThoseOfTheOtherKindAreNot() {
    for (int i = 0; i < 4; i++) {
      dns.add("v4.example", "MX", "far.example.org").add("gone.example", "MX", "gone" + i + ".org");
    }
    dns.text("v4.example", "v=spf1 mx -all").text("gone.example", "v=spf1 mx -all");
    assertThat(new Spf("r").helo(dns, CLIENT_V6, "v4.example").result()).isEqualTo(SpfResult.FAIL);
    assertThat(new Spf("r").helo(dns, CLIENT_V6, "gone.example").result())
        .isEqualTo(SpfResult.PERMERROR);
  }

  @Test
  void aDomainHasTenExchangersAndNoMore() {
    for (int i = 0; i < 11; i++) {
      dns.add("many.example.org", "MX", "far.example.org");
    }
    assertThat(result("v=spf1 mx:many.example.org -all")).isEqualTo(SpfResult.PERMERROR);
  }

  @Test
  void ofTheNamesOfAnAddressTenAreLookedAt() {
    for (int i = 0; i < 11; i++) {
      dns.add("2.2.0.192.in-addr.arpa", "PTR", "h" + i + ".example.org");
    }
    dns.add("h9.example.org", "A", "192.0.2.2").add("h10.example.org", "A", "192.0.2.2");
    InetAddress other = InetAddress.ofLiteral("192.0.2.2");
    dns.text("h9.test", "v=spf1 ptr:h9.example.org -all");
    dns.text("h10.test", "v=spf1 ptr:h10.example.org -all");
    assertThat(new Spf("r").helo(dns, other, "h9.test").result()).isEqualTo(SpfResult.PASS);
    assertThat(new Spf("r").helo(dns, other, "h10.test").result()).isEqualTo(SpfResult.FAIL);
  }

  @Test
  void whatIsNoDomainOfAHostHasNoPolicyAndAsksNobody() {
    for (String name :
        new String[] {"", "localhost", "[192.0.2.1]", "a..b", "x".repeat(64) + ".a"}) {
      assertThat(new Spf("r").helo(dns, CLIENT, name).result()).isEqualTo(SpfResult.NONE);
    }
    assertThat(dns.questions()).isZero();
  }

  @Test
  void theNullSenderIsPostmasterOfWhatTheClientIsCalled() {
    dns.text("helo.example.org", "v=spf1 exp=why.example.org -all").text("why.example.org", "%{s}");
    Spf.Outcome outcome =
        new Spf("r").mailFrom(dns, CLIENT, "helo.example.org", new ReversePath.Null());
    assertThat(outcome)
        .isEqualTo(
            new Spf.Outcome(
                Spf.Identity.HELO,
                "helo.example.org",
                SpfResult.FAIL,
                Optional.of("postmaster@helo.example.org")));
  }

  @Test
  void aDomainOfAnotherScriptIsAskedAboutInAscii() {
    dns.text("xn--bcher-kva.example", "v=spf1 -all");
    assertThat(
            new Spf("r")
                .mailFrom(dns, CLIENT, "h.example", ReversePath.of("a@bücher.example"))
                .result())
        .isEqualTo(SpfResult.FAIL);
  }

  @Test
  void aDomainWithTwoRecordsIsInErrorAndOneThatIsSilentIsTriedLater() {
    dns.text("two.example", "v=spf1 -all").text("two.example", "v=spf1 -all");
    assertThat(new Spf("r").helo(dns, CLIENT, "two.example").result())
        .isEqualTo(SpfResult.PERMERROR);
    assertThat(new Spf("r").helo(dns, CLIENT, "silent.example.org").result())
        .isEqualTo(SpfResult.TEMPERROR);
  }
}
