package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.dns.MailExchangers.Exchanger;
import postbus.mail.NextHop;
import postbus.site.SiteRule;

/** A site has a short name that people can read, and that every machine finds. */
class SiteNamesTest {
  private static final SiteNames BY_DEFAULT = new SiteNames(List.of());

  @Test
  void aSiteOfOneHostIsCalledAsTheHost() {
    assertThat(name(BY_DEFAULT, "mx.example.org")).isEqualTo("mx.example.org");
  }

  @Test
  void aSiteOfManyIsCalledByTheDomainOfTheBestAndADigestOfAll() {
    String google = name(BY_DEFAULT, "aspmx.l.google.com", "alt1.aspmx.l.google.com");
    assertThat(google).matches("google\\.com~[0-9a-f]{4}");
    assertThat(name(BY_DEFAULT, "aspmx.l.google.com", "alt2.aspmx.l.google.com"))
        .matches("google\\.com~[0-9a-f]{4}")
        .isNotEqualTo(google);
    assertThat(name(BY_DEFAULT, "a.example.net", "b.example.org")).startsWith("example.net~");
  }

  @ParameterizedTest
  @CsvSource({
    "mx.example.co.uk, example.co.uk",
    "a.mx.example.com.br, example.com.br",
    "mx1.web.de, web.de",
    "mx1.t.co, t.co",
    "co.uk, co.uk",
    "localhost, localhost",
    "mx.example.museum, example.museum",
    "mx_1.example_.org, example-.org"
  })
  void whatSomebodyRegisteredIsToldByARuleOfThumb(String best, String registered) {
    assertThat(name(BY_DEFAULT, best, "other.example.net")).startsWith(registered + "~");
  }

  @Test
  void theNameIsTheSameInWhateverOrderDnsAnswers() {
    List<Exchanger> hosts =
        IntStream.range(0, 8)
            .mapToObj(i -> host("mx" + i + ".example" + i + ".org", i / 4))
            .collect(Collectors.toCollection(ArrayList::new));
    Random random = new Random(20070430);
    Set<String> names =
        IntStream.range(0, 50)
            .mapToObj(_ -> {
              Collections.shuffle(hosts, random);
              return BY_DEFAULT.route("normal", "example.org", hosts).site();
            })
            .collect(Collectors.toSet());
    assertThat(names).singleElement().asString().startsWith("example0.org~");
  }

  @Test
  void whatEverAHostIsCalledTheNameIsShortAndFitForATopic() {
    for (String odd :
        List.of("x".repeat(60) + "." + "y".repeat(63) + ".com", "a\\032b/../c.org", "mx_1.a.org")) {
      assertThat(name(BY_DEFAULT, odd)).hasSizeLessThanOrEqualTo(100).matches("[a-z0-9.~-]+");
      assertThat(name(BY_DEFAULT, odd, "b.org"))
          .hasSizeLessThanOrEqualTo(100)
          .matches("[a-z0-9.~-]+");
    }
    assertThat(name(BY_DEFAULT, "mx_1.a.org")).isNotEqualTo(name(BY_DEFAULT, "mx-1.a.org"));
  }

  @Test
  void aRuleNamesTheSitesAllOfWhoseHostsItHas() {
    SiteNames names = new SiteNames(List.of(rule("google.com", "google.com", "googlemail.com")));
    assertThat(name(names, "aspmx.l.google.com", "aspmx2.googlemail.com")).isEqualTo("google.com");
    assertThat(name(names, "gmail-smtp-in.l.google.com")).isEqualTo("google.com");
    assertThat(name(names, "aspmx.l.google.com", "mx.example.org")).startsWith("google.com~");
    assertThat(name(names, "mx.notgoogle.com")).isEqualTo("mx.notgoogle.com");
  }

  @Test
  void noOtherSiteIsCalledAsARuleCallsOne() {
    SiteNames names = new SiteNames(List.of(rule("mx.example.org", "example.net")));
    assertThat(name(names, "mx.example.net")).isEqualTo("mx.example.org");
    assertThat(name(names, "mx.example.org")).startsWith("example.org~");
  }

  @Test
  void hostsOfTheConfigurationAreSitesToo() {
    assertThat(named(BY_DEFAULT, new NextHop.Host("smtp.example.org", 25)))
        .isEqualTo("smtp.example.org");
    assertThat(named(BY_DEFAULT, new NextHop.Host("127.0.0.1", 2526))).isEqualTo("127.0.0.1-2526");
    assertThat(named(BY_DEFAULT, new NextHop.Host("0:0:0:0:0:0:0:1", 25)))
        .startsWith("0-0-0-0-0-0-0-1~");
    String two =
        named(BY_DEFAULT, new NextHop.Host("127.0.0.1", 2527), new NextHop.Host("127.0.0.1", 2528));
    assertThat(two).matches("127\\.0\\.0\\.1~[0-9a-f]{4}");
    assertThat(
            named(
                BY_DEFAULT,
                new NextHop.Host("127.0.0.1", 2528),
                new NextHop.Host("127.0.0.1", 2527)))
        .as("the second choice first is another site")
        .isNotEqualTo(two);
    SiteNames ours = new SiteNames(List.of(rule("relay", "example.org", "127.0.0.1")));
    assertThat(
            named(ours, new NextHop.Host("a.example.org", 25), new NextHop.Host("127.0.0.1", 2526)))
        .isEqualTo("relay");
  }

  @Test
  void theRouteHoldsTheExactExchangersBesideTheName() {
    assertThat(
            BY_DEFAULT
                .route("bulk", "example.com", hosts("mx1.example.org", "mx2.example.org"))
                .nextHop())
        .isEqualTo(new NextHop.Exchangers("example.com", "(mx1>mx2).example.org"));
  }

  private static String name(SiteNames names, String... hosts) {
    return names.route("normal", "example.com", hosts(hosts)).site();
  }

  private static String named(SiteNames names, NextHop.Host... hosts) {
    return names.route("normal", NextHop.Hosts.of(hosts)).site();
  }

  /** The best first. */
  private static List<Exchanger> hosts(String... names) {
    return IntStream.range(0, names.length).mapToObj(i -> host(names[i], i)).toList();
  }

  private static Exchanger host(String name, int preference) {
    return new Exchanger(name, preference, List.of("192.0.2.1"));
  }

  static SiteRule rule(String name, String... exchangers) {
    return new SiteRule(
        name,
        List.of(exchangers),
        false,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }
}
