package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import postbus.dns.DnsExchangers.Primary;
import postbus.dns.MailExchangers.Answer;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.dns.MailExchangers.Here;
import postbus.dns.MailExchangers.Later;
import postbus.dns.MailExchangers.Never;
import postbus.testkit.LoopbackDns;

class DnsExchangersTest {
  private static final String ZONE =
      """
      two.example.        MX 20 mx2.two.example.
      two.example.        MX 10 mx1.two.example.
      mx1.two.example.    A 192.0.2.1
      mx1.two.example.    AAAA 2001:db8::1
      mx2.two.example.    A 192.0.2.2
      even.example.       MX 10 mx1.two.example.
      even.example.       MX 10 mx2.two.example.
      aonly.example.      A 192.0.2.77
      nothing.example.    TXT "no mail here"
      null.example.       MX 0 .
      broken.example.     MX 10 nohost.example.
      half.example.       MX 10 nohost.example.
      half.example.       MX 20 mx2.two.example.
      home.example.       MX 10 self.home.example.
      home.example.       MX 20 mx2.two.example.
      self.home.example.  A 127.0.0.1
      onlyhome.example.   MX 10 self.home.example.
      sick.example.       MX 10 mx.sick.example.
      limping.example.    MX 10 mx.sick.example.
      limping.example.    MX 20 mx2.two.example.
      alias.example.      CNAME two.example.
      viaalias.example.   MX 10 www.alias.example.
      www.alias.example.  CNAME mx2.two.example.
      backup.example.     MX 10 mx1.two.example.
      backup.example.     MX 20 mx2.two.example.
      """;

  private LoopbackDns dns;
  private DnsExchangers exchangers;

  @BeforeEach
  void start() throws IOException {
    dns = LoopbackDns.serving(ZONE).failing("mx.sick.example").failing("servfail.example");
    exchangers = within(Duration.ofSeconds(30));
  }

  @AfterEach
  void stop() {
    dns.close();
  }

  @Test
  void exchangersComeInTheOrderOfPreferenceWithTheirAddresses() {
    assertThat(exchangers.of("two.example"))
        .isEqualTo(
            new Found(
                List.of(
                    new Exchanger(
                        "mx1.two.example", 10, List.of("192.0.2.1", "2001:db8:0:0:0:0:0:1")),
                    new Exchanger("mx2.two.example", 20, List.of("192.0.2.2")))));
  }

  @Test
  void equalPreferencesShareTheMail() {
    TreeSet<String> first = new TreeSet<>();
    IntStream.range(0, 100)
        .forEach(_ -> first.add(hosts(exchangers.of("even.example")).getFirst()));
    assertThat(first).containsExactly("mx1.two.example", "mx2.two.example");
  }

  @Test
  void aDomainWithoutMxIsItsOwnExchanger() {
    assertThat(exchangers.of("aonly.example"))
        .isEqualTo(new Found(List.of(new Exchanger("aonly.example", 0, List.of("192.0.2.77")))));
  }

  @Test
  void aNullMxTakesNoMail() {
    assertThat(exchangers.of("null.example"))
        .isEqualTo(new Never("null.example takes no mail (null MX)"));
  }

  @Test
  void whatDoesNotExistNeverWill() {
    assertThat(exchangers.of("nonexist.example")).isInstanceOf(Never.class);
    assertThat(exchangers.of("nothing.example")).isInstanceOf(Never.class);
    assertThat(exchangers.of("a..b")).isInstanceOf(Never.class);
    assertThat(exchangers.of("x".repeat(300))).isInstanceOf(Never.class);
  }

  @Test
  void theAnswerStaysTheSameWhenItComesFromTheCache() {
    for (String domain : List.of("nonexist.example", "nothing.example", "aonly.example")) {
      assertThat(exchangers.of(domain)).isEqualTo(exchangers.of(domain));
      assertThat(dns.questionsAbout(domain)).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void anExchangerThatDoesNotExistIsPassedOver() {
    assertThat(((Found) exchangers.of("half.example")).exchangers())
        .containsExactly(
            new Exchanger("nohost.example", 10, List.of()),
            new Exchanger("mx2.two.example", 20, List.of("192.0.2.2")));
    assertThat(exchangers.of("broken.example"))
        .isEqualTo(
            new Never("all relevant MX records point to non-existent hosts: broken.example"));
  }

  @Test
  void anExchangerOnLoopbackIsPassedOver() {
    assertThat(hosts(exchangers.of("home.example"))).containsExactly("mx2.two.example");
    assertThat(exchangers.of("onlyhome.example")).isInstanceOf(Never.class);
  }

  @Test
  void aFailingServerMeansLaterUnlessAnotherExchangerIsKnown() {
    assertThat(exchangers.of("servfail.example")).isInstanceOf(Later.class);
    assertThat(exchangers.of("sick.example")).isInstanceOf(Later.class);
    assertThat(hosts(exchangers.of("limping.example")))
        .containsExactly("mx.sick.example", "mx2.two.example");
  }

  @Test
  void silenceMeansLaterWithinTheLimit() {
    dns.silent("silent.example");
    Duration limit = Duration.ofMillis(300);
    long begin = System.nanoTime();
    assertThat(within(limit).of("silent.example")).isInstanceOf(Later.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(limit.multipliedBy(15));
  }

  @Test
  void aliasesAreFollowed() {
    assertThat(hosts(exchangers.of("alias.example")))
        .containsExactly("mx1.two.example", "mx2.two.example");
    assertThat(hosts(exchangers.of("viaalias.example"))).containsExactly("mx2.two.example");
  }

  @Test
  void ofABackupOnlyTheBetterExchangersRemain() {
    assertThat(hosts(as("mx2.two.example").of("backup.example")))
        .containsExactly("mx1.two.example");
    assertThat(as("mx1.two.example").of("backup.example"))
        .isEqualTo(new Here("lowest numbered MX record points to local host: backup.example"));
    assertThat(hosts(as("mx1.two.example").of("aonly.example"))).containsExactly("aonly.example");
  }

  @Test
  void thisHostIsKnownByItsNameEvenWhereItsAddressIsNot() {
    assertThat(as("nohost.example").primary("broken.example")).isEqualTo(Primary.YES);
    assertThat(as("other.example").primary("broken.example")).isEqualTo(Primary.NO);
    assertThat(as("aonly.example").of("aonly.example"))
        .isEqualTo(new Here("remote host address is the local host: aonly.example"));
    assertThat(as("aonly.example").primary("aonly.example")).isEqualTo(Primary.NO);
  }

  @Test
  void whatWasAskedOnceCostsNoFurtherQuestion() {
    for (String domain :
        List.of("two.example", "aonly.example", "null.example", "nonexist.example")) {
      exchangers.primary(domain);
      exchangers.of(domain);
      int asked = dns.questions();
      exchangers.primary(domain);
      exchangers.of(domain);
      assertThat(dns.questions()).as(domain).isEqualTo(asked);
    }
  }

  @Test
  void aMistakeInAZoneIsForgottenWhenTheSiteSaysSo() throws IOException {
    DnsExchangers forgetful =
        new DnsExchangers(settings(Duration.ofSeconds(30), Duration.ZERO, Set.of()));
    assertThat(forgetful.of("late.example")).isInstanceOf(Never.class);
    assertThat(exchangers.of("late.example")).isInstanceOf(Never.class);
    dns.add("late.example. MX 10 mx1.two.example.");
    assertThat(hosts(forgetful.of("late.example"))).containsExactly("mx1.two.example");
    assertThat(exchangers.of("late.example")).isInstanceOf(Never.class);
  }

  @Test
  void anAnswerTooLongForADatagramIsAskedForByTcp() {
    dns.truncated("two.example").truncated("mx1.two.example");
    assertThat(((Found) exchangers.of("two.example")).exchangers())
        .extracting(exchanger -> exchanger.addresses().size())
        .containsExactly(2, 1);
  }

  @Test
  void aServerThatIsSilentIsPassedOver() throws IOException {
    try (LoopbackDns dead = LoopbackDns.serving("").silent("two.example")) {
      DnsSettings both =
          settings(Duration.ofSeconds(6), Duration.ofMinutes(5), Set.of())
              .asking(List.of(dead.address(), dns.address()));
      assertThat(hosts(new DnsExchangers(both).of("two.example"))).hasSize(2);
      assertThat(dead.questions()).isPositive();
    }
  }

  @Test
  void aRingOfAliasesMeansLater() throws IOException {
    dns.add("ring1.example. CNAME ring2.example.\nring2.example. CNAME ring1.example.");
    assertThat(exchangers.of("ring1.example")).isInstanceOf(Later.class);
  }

  @Test
  void manyCallersAtOnceAllGetTheirAnswer() throws ExecutionException, InterruptedException {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers =
          IntStream.range(0, 500)
              .mapToObj(i -> callers.submit(() -> exchangers.of("no" + i + ".example")))
              .toList();
      for (Future<Answer> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Never.class);
      }
    }
  }

  private DnsExchangers within(Duration limit) {
    return new DnsExchangers(settings(limit, Duration.ofMinutes(5), Set.of()));
  }

  private DnsExchangers as(String hostname) {
    return new DnsExchangers(
        settings(Duration.ofSeconds(30), Duration.ofMinutes(5), Set.of(hostname)));
  }

  private DnsSettings settings(Duration limit, Duration negativeTtlMax, Set<String> names) {
    return new DnsSettings(
        List.of(dns.address()),
        limit,
        negativeTtlMax,
        InetAddress::isLoopbackAddress,
        new ThisHost(names, Set.of()));
  }

  private static List<String> hosts(Answer answer) {
    assertThat(answer).isInstanceOf(Found.class);
    return ((Found) answer).exchangers().stream().map(Exchanger::host).toList();
  }
}
