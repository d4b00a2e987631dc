package postbus.auth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.auth.MailHeader;
import postbus.auth.Zone;
import postbus.auth.dmarc.Dmarc.Means;
import postbus.auth.dmarc.Dmarc.Voucher;

/** Whose a mail is, who owns that domain, and what is to be done. */
class DmarcTest {
  private final Zone dns = new Zone();

  private Dmarc.Outcome from(String field, Voucher... vouchers) {
    byte[] octets = (field + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    try (BufferedInputStream in = new BufferedInputStream(new ByteArrayInputStream(octets))) {
      return Dmarc.begin(MailHeader.read(in), dns).of(List.of(vouchers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DmarcResult result(String author, Voucher... vouchers) {
    return from("From: a@" + author, vouchers).result();
  }

  private static Voucher dkim(String domain) {
    return new Voucher(Means.DKIM, domain, true);
  }

  private static Voucher spf(String domain) {
    return new Voucher(Means.SPF, domain, true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          From: a@example.org | example.org
          From: A.B@Example.ORG | example.org
          from : Joe <a@example.org> | example.org
          From: "bank.example <x@bank.example>" <a@example.org> | example.org
          From: x@bank.example <a@example.org> | example.org
          From: (x@bank.example) a@example.org (y (z@bank.example)) | example.org
          From: "a \\" <b@bank.example>"@example.org | example.org
          From: Doe, Joe <a@example.org> | example.org
          From: a@example.org, Joe <b@example.org> | example.org
          From: us: a@example.org, <b@example.org>; | example.org
          From: a@b\u00fccher.example | xn--bcher-kva.example
          From: a@localhost | localhost
          """)
  void theAuthorsDomain(String field, String domain) {
    assertThat(from(field))
        .isEqualTo(new Dmarc.Outcome(DmarcResult.NONE, domain, Policy.NONE, 100));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          Subject: x | 0
          From: | 0
          From: nobody | 0
          From: @example.org | 0
          From: a@ | 0
          From: a@[192.0.2.1] | 0
          From: a@example..org | 0
          From: a@example.org, b@example.net | 0
          From: a@example.org <b@example.net> <c@example.com> | 0
          From: <@example.net:a@example.org> | 0
          From: "a@example.org | 0
          From: (a@example.org | 0
          From: a@example.org" | 0
          From: a@b@example.org | 0
          """)
  void aMailThatDoesNotSayWhoseItIs(String field, String rest) {
    assertThat(from(field))
        .isEqualTo(new Dmarc.Outcome(DmarcResult.PERMERROR, "", Policy.NONE, 100));
    assertThat(dns.questions()).isZero();
  }

  @Test
  void twoFieldsAreNone() {
    assertThat(from("From: a@example.org\r\nFROM : a@example.org").result())
        .isEqualTo(DmarcResult.PERMERROR);
    assertThat(from("From: a@example.org\r\nX: y\nFrom: b@example.net").result())
        .isEqualTo(DmarcResult.PERMERROR);
  }

  @Test
  void aDomainWithoutPolicyFailsNobody() {
    assertThat(result("example.org")).isEqualTo(DmarcResult.NONE);
    dns.text("_dmarc.example.org", "v=spf1 -all").text("_dmarc.example.org", "v=DMARC12; p=reject");
    assertThat(result("example.org")).isEqualTo(DmarcResult.NONE);
    dns.text("_dmarc.example.org", "v=DMARC1; p=reject");
    assertThat(result("example.org")).isEqualTo(DmarcResult.FAIL);
    dns.text("_dmarc.example.org", "v=DMARC1; p=reject");
    assertThat(result("example.org")).isEqualTo(DmarcResult.NONE);
  }

  @Test
  void whoOwnsTheDomainMayVouchForIt() {
    dns.text("_dmarc.example.org", "v=DMARC1; p=reject");
    assertThat(result("example.org")).isEqualTo(DmarcResult.FAIL);
    assertThat(result("example.org", spf("example.org"))).isEqualTo(DmarcResult.PASS);
    assertThat(result("example.org", spf("bounces.example.org"))).isEqualTo(DmarcResult.PASS);
    assertThat(result("a.example.org", dkim("b.example.org"))).isEqualTo(DmarcResult.PASS);
    assertThat(result("a.example.org", dkim("example.org"))).isEqualTo(DmarcResult.PASS);
    assertThat(result("example.org", dkim("example.net"), spf("org"))).isEqualTo(DmarcResult.FAIL);
    assertThat(result("example.org", dkim("badexample.org"))).isEqualTo(DmarcResult.FAIL);
  }

  @Test
  void aStrictDomainVouchesForItselfAlone() {
    dns.text("_dmarc.example.org", "v=DMARC1; p=reject; adkim=s; aspf=r");
    assertThat(result("example.org", dkim("a.example.org"))).isEqualTo(DmarcResult.FAIL);
    assertThat(result("example.org", spf("a.example.org"))).isEqualTo(DmarcResult.PASS);
    dns.text("_dmarc.example.net", "v=DMARC1; p=reject; aspf=s");
    assertThat(result("example.net", dkim("a.example.net"))).isEqualTo(DmarcResult.PASS);
    assertThat(result("example.net", spf("a.example.net"))).isEqualTo(DmarcResult.FAIL);
    assertThat(result("example.net", spf("example.net"))).isEqualTo(DmarcResult.PASS);
  }

  @Test
  void underASuffixEachDomainIsItsOwnersAlone() {
    dns.text("_dmarc.bank", "v=DMARC1; p=reject; psd=y; sp=quarantine");
    assertThat(from("From: a@one.bank").policy()).isEqualTo(Policy.QUARANTINE);
    assertThat(result("one.bank", dkim("two.bank"))).isEqualTo(DmarcResult.FAIL);
    assertThat(result("mail.one.bank", dkim("one.bank"))).isEqualTo(DmarcResult.PASS);
    assertThat(result("one.bank", dkim("mail.one.bank"))).isEqualTo(DmarcResult.PASS);
    assertThat(result("one.bank", dkim("bank"))).isEqualTo(DmarcResult.FAIL);
  }

  @Test
  void aDomainMaySayThatItIsApart() {
    dns.text("_dmarc.example.org", "v=DMARC1; p=none")
        .text("_dmarc.apart.example.org", "v=DMARC1; p=reject; psd=n");
    assertThat(result("apart.example.org", dkim("example.org"))).isEqualTo(DmarcResult.FAIL);
    assertThat(result("example.org", dkim("apart.example.org"))).isEqualTo(DmarcResult.FAIL);
    assertThat(result("a.apart.example.org", dkim("apart.example.org")))
        .isEqualTo(DmarcResult.PASS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v=DMARC1; p=reject | REJECT | REJECT | REJECT | 100
          v=DMARC1;p=Quarantine;sp=none;pct=20 | QUARANTINE | NONE | NONE | 20
          v=DMARC1; p=none; np=reject; sp=quarantine | NONE | QUARANTINE | REJECT | 100
          v=DMARC1; p=reject; t=y | REJECT | REJECT | REJECT | 0
          v = DMARC1 ; sp=reject ; p = none ; nonsense; =; rua=mailto:a@b | NONE | REJECT | REJECT | 100
          v=DMARC1; p=nonsense; sp=; pct=1000 | NONE | NONE | NONE | 100
          v=DMARC1 | NONE | NONE | NONE | 100
          """)
  void aRecordSays(String record, Policy itself, Policy below, Policy missing, int percent) {
    dns.text("_dmarc.example.org", record).add("here.example.org", "A", "192.0.2.1");
    assertThat(from("From: a@example.org").policy()).isEqualTo(itself);
    assertThat(from("From: a@example.org").percent()).isEqualTo(percent);
    assertThat(from("From: a@here.example.org").policy()).isEqualTo(below);
    assertThat(from("From: a@gone.example.org").policy()).isEqualTo(missing);
  }

  @Test
  void whatCannotBeToldNowIsNoFailure() {
    dns.text("_dmarc.example.org", "v=DMARC1; p=reject").silent("_dmarc.silent.example.org");
    assertThat(result("silent.example.org", spf("silent.example.org")))
        .isEqualTo(DmarcResult.TEMPERROR);
    Voucher perhaps = new Voucher(Means.DKIM, "example.org", false);
    assertThat(result("example.org", perhaps)).isEqualTo(DmarcResult.TEMPERROR);
    assertThat(result("example.org", perhaps, spf("example.org"))).isEqualTo(DmarcResult.PASS);
    assertThat(result("example.org", new Voucher(Means.DKIM, "example.net", false)))
        .isEqualTo(DmarcResult.FAIL);
  }

  @Test
  void aDomainsOwnRecordCountsWhateverThoseAboveItSay() {
    dns.text("_dmarc.a.example.org", "v=DMARC1; p=reject")
        .silent("_dmarc.example.org")
        .silent("_dmarc.org");
    Dmarc.Outcome failed = from("From: a@a.example.org");
    assertThat(failed.result()).isEqualTo(DmarcResult.FAIL);
    assertThat(failed.policy()).isEqualTo(Policy.REJECT);
    assertThat(dns.questions()).isEqualTo(1);
    Dmarc.Outcome perhaps = from("From: a@a.example.org", dkim("b.example.org"));
    assertThat(perhaps.result()).isEqualTo(DmarcResult.TEMPERROR);
    assertThat(perhaps.policy()).isEqualTo(Policy.REJECT);
    assertThat(result("a.example.org", dkim("b.example.org"), spf("a.example.org")))
        .isEqualTo(DmarcResult.PASS);
  }

  @Test
  void aPolicyThatIsNotKnownCountsAsTheStrictest() {
    dns.silent("_dmarc.example.org");
    assertThat(from("From: a@example.org").policy()).isEqualTo(Policy.REJECT);
  }

  @Test
  void ofADeepDomainEightNamesAreAskedAbout() {
    List<String> labels = new ArrayList<>(Arrays.asList("a.b.c.d.e.f.g.h.i.j".split("")));
    labels.removeIf("."::equals);
    dns.text("_dmarc.d.e.f.g.h.i.j", "v=DMARC1; p=reject");
    assertThat(result(String.join(".", labels))).isEqualTo(DmarcResult.FAIL);
    assertThat(dns.questions()).isEqualTo(8);
    assertThat(result("c.d.e.f.g.h.i.j.example.org")).isEqualTo(DmarcResult.NONE);
  }
}
