package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import postbus.dns.MailExchangers.Exchanger;

/** Domains with the same servers in the same order are one site. */
class SiteNameTest {

  @Test
  void aDomainWithOneServerIsTheSiteOfThatServer() {
    assertThat(SiteName.of(List.of(host("mx.example.org", 10)))).isEqualTo("mx.example.org");
  }

  @Test
  void whatTheServersHaveInCommonIsWrittenOnce() {
    assertThat(SiteName.of(List.of(host("mx1.example.org", 10), host("mx2.example.org", 10))))
        .isEqualTo("(mx1|mx2).example.org");
    assertThat(SiteName.of(List.of(host("amx.example.org", 10), host("bmx.example.org", 10))))
        .isEqualTo("(amx|bmx).example.org");
    assertThat(SiteName.of(List.of(host("mx.example.org", 10), host("mx.example.net", 10))))
        .isEqualTo("(mx.example.net|mx.example.org)");
  }

  @Test
  void aNameThatEndsAllOthersIsTheCommonPart() {
    List<Exchanger> google = new ArrayList<>(List.of(host("gmail-smtp-in.l.google.com", 5)));
    IntStream.rangeClosed(1, 4)
        .forEach(i -> google.add(host("alt" + i + ".gmail-smtp-in.l.google.com", i * 10)));
    assertThat(SiteName.of(google)).isEqualTo("(>alt1>alt2>alt3>alt4).gmail-smtp-in.l.google.com");
  }

  @Test
  void theOrderOfEqualServersDoesNotMatterAndThatOfOthersDoes() {
    Exchanger a = host("a.example.org", 10);
    Exchanger b = host("b.example.org", 10);
    assertThat(SiteName.of(List.of(b, a))).isEqualTo(SiteName.of(List.of(a, b)));
    assertThat(SiteName.of(List.of(a, host("b.example.org", 20))))
        .isEqualTo("(a>b).example.org")
        .isEqualTo(SiteName.of(List.of(host("a.example.org", 1), host("b.example.org", 2))));
    assertThat(SiteName.of(List.of(b, host("a.example.org", 20)))).isEqualTo("(b>a).example.org");
  }

  @Test
  void aLongNameEndsWithADigestOfAllOfIt() {
    List<Exchanger> many =
        IntStream.range(10, 30).mapToObj(i -> host("mailserver" + i + ".example.org", 10)).toList();
    String name = SiteName.of(many);
    assertThat(name).hasSize(SiteName.LENGTH_MAX).startsWith("(mailserver10|mailserver11|");
    assertThat(SiteName.of(many.subList(0, 19))).hasSize(SiteName.LENGTH_MAX).isNotEqualTo(name);
  }

  private static Exchanger host(String name, int preference) {
    return new Exchanger(name, preference, List.of("192.0.2.1"));
  }
}
