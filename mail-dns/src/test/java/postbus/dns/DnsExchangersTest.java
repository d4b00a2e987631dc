package postbus.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import postbus.dns.MailExchangers.Answer;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
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
    exchangers = within(Duration.ofSeconds(5));
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
    assertThat(hosts(exchangers.of("half.example"))).containsExactly("mx2.two.example");
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
    assertThat(hosts(exchangers.of("limping.example"))).containsExactly("mx2.two.example");
  }

  @Test
  void silenceMeansLaterWithinTheLimit() {
    dns.silent("silent.example");
    Duration limit = Duration.ofMillis(300);
    long begin = System.nanoTime();
    assertThat(within(limit).of("silent.example")).isInstanceOf(Later.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(limit.multipliedBy(5));
  }

  @Test
  void aliasesAreFollowed() {
    assertThat(hosts(exchangers.of("alias.example")))
        .containsExactly("mx1.two.example", "mx2.two.example");
    assertThat(hosts(exchangers.of("viaalias.example"))).containsExactly("www.alias.example");
  }

  @Test
  void ofABackupOnlyTheBetterExchangersRemain() {
    MailExchangers asSecond = new RemoteExchangers(exchangers, "MX2.two.example");
    MailExchangers asFirst = new RemoteExchangers(exchangers, "mx1.two.example");
    assertThat(hosts(asSecond.of("backup.example"))).containsExactly("mx1.two.example");
    assertThat(asFirst.of("backup.example")).isInstanceOf(Never.class);
    assertThat(hosts(asFirst.of("aonly.example"))).containsExactly("aonly.example");
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
    return new DnsExchangers(DnsSettings.DEFAULT.asking(List.of(dns.address())).within(limit));
  }

  private static List<String> hosts(Answer answer) {
    assertThat(answer).isInstanceOf(Found.class);
    return ((Found) answer).exchangers().stream().map(Exchanger::host).toList();
  }
}
