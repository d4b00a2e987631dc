package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.accounts.Accounts;
import postbus.dns.DnsExchangers;
import postbus.dns.DnsSettings;
import postbus.dns.MailExchangers;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.mail.AddressVerifier;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.site.InvalidSite;
import postbus.site.Site;
import postbus.testkit.LoopbackDns;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** This host as the secondary exchanger of relayed.example, whose primary knows its addresses. */
@Timeout(120)
class CalledDomainsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String OK = "250 2.1.5 Ok";

  @TempDir Path folder;
  private OracleSite oracle;
  private ScriptedSmtpServer primary;

  @BeforeEach
  void start() throws IOException, InvalidSite {
    oracle = OracleSite.in(folder);
    primary = ScriptedSmtpServer.start();
  }

  @AfterEach
  void stop() {
    assertThat(primary.violations()).isEmpty();
    assertThat(primary.contentsBegun()).isZero();
    primary.close();
    oracle.close();
  }

  @Test
  void whomThePrimaryDoesNotKnowIsRefusedInItsWords() {
    AddressVerifier verifier = verifier(calling(LONG));
    assertThat(verify(verifier, "permfail@relayed.example"))
        .isEqualTo("550 5.1.1 the server of relayed.example says: No such user");
    assertThat(verify(verifier, "known@relayed.example")).isEqualTo(OK);
  }

  @Test
  void anAnswerServesTheNextQuestion() {
    AddressVerifier verifier = verifier(calling(LONG));
    for (int i = 0; i < 5; i++) {
      assertThat(verify(verifier, "permfail@relayed.example")).startsWith("550");
      assertThat(verify(verifier, "known@relayed.example")).isEqualTo(OK);
    }
    assertThat(primary.connections()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tempfail", "421", "drop", "hang", "drip", "garbage"})
  void whoDoesNotSayIsBelievedToTakeIt(String misbehaviour) {
    AddressVerifier verifier = verifier(calling(SHORT));
    assertThat(verify(verifier, misbehaviour + "@relayed.example")).isEqualTo(OK);
  }

  @Test
  void aPrimaryThatIsAwayIsBackedUp() {
    Site site = calling(LONG);
    primary.close();
    assertThat(verify(verifier(site), "permfail@relayed.example")).isEqualTo(OK);
  }

  @Test
  void aPrimaryThatRefusesUsIsNoReasonToRefuseItsMail() {
    try (ScriptedSmtpServer busy = ScriptedSmtpServer.start(Script.GOOD.greeting("554 not you"))) {
      AddressVerifier verifier = verifier(calling(LONG, busy));
      assertThat(verify(verifier, "permfail@relayed.example")).isEqualTo(OK);
      assertThat(verify(verifier, "other@relayed.example")).isEqualTo(OK);
      assertThat(busy.connections()).isEqualTo(1);
    }
  }

  @Test
  void aSlowGreetingIsNotWaitedForAndNotMetTwice() {
    Script script = Script.GOOD.greetingDelay(Duration.ofMinutes(1));
    try (ScriptedSmtpServer slow = ScriptedSmtpServer.start(script)) {
      AddressVerifier verifier = verifier(calling(SHORT, slow));
      long before = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        assertThat(verify(verifier, "u" + i + "@relayed.example")).isEqualTo(OK);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SHORT.multipliedBy(10));
      assertThat(slow.connections()).isEqualTo(1);
    }
  }

  @Test
  void theSecondServerOfARouteIsAskedWhenTheFirstIsAway() {
    ScriptedSmtpServer away = ScriptedSmtpServer.start();
    away.close();
    AddressVerifier verifier = verifier(calling(LONG, away, primary));
    assertThat(verify(verifier, "permfail@relayed.example")).startsWith("550");
  }

  @Test
  void theExchangersThatDnsNamesAreAsked() throws IOException {
    Site site = RelaySites.relaying(oracle.site(), "relayed.example");
    MailExchangers exchangers =
        _ -> new Found(List.of(new Exchanger("primary.example", 10, List.of("127.0.0.1"))));
    Callout callout = new SmtpCallout(site, exchangers, primary.port());
    String zone = "relayed.example. MX 10 primary.example.\nprimary.example. A 192.0.2.1\n";
    try (LoopbackDns dns = LoopbackDns.serving(zone)) {
      DnsSettings settings = DnsSettings.of(site).asking(List.of(dns.address()));
      AddressVerifier verifier =
          TimelyVerifier.of(
              site,
              new Sources(
                  oracle.files(),
                  new DnsExchangers(settings),
                  OtrsAddresses.at(site, oracle.files()),
                  Accounts.of(site)),
              callout);
      assertThat(verify(verifier, "permfail@relayed.example")).startsWith("550");
      assertThat(verify(verifier, "known@relayed.example")).isEqualTo(OK);
    }
  }

  @Test
  void nobodyElsesServerIsAsked() {
    AddressVerifier foreign =
        verifier(RelaySites.calling(oracle.site(), RelaySites.callout(LONG), Map.of()));
    assertThat(verify(foreign, "permfail@example.org")).isEqualTo(OK);
    Site relayed = RelaySites.relaying(oracle.site(), "relayed.example");
    AddressVerifier smart = verifier(RelaySites.bySmartHost(relayed, hosts(primary)));
    assertThat(verify(smart, "permfail@relayed.example")).isEqualTo(OK);
    assertThat(primary.connections()).isZero();
  }

  private Site calling(Duration answerWait) {
    return calling(answerWait, primary);
  }

  private Site calling(Duration answerWait, ScriptedSmtpServer... servers) {
    return RelaySites.calling(
        oracle.site(), RelaySites.callout(answerWait), Map.of("relayed.example", hosts(servers)));
  }

  private static NextHop.Hosts hosts(ScriptedSmtpServer... servers) {
    return new NextHop.Hosts(
        Arrays.stream(servers)
            .map(server -> new NextHop.Host("127.0.0.1", server.port()))
            .toList());
  }

  private AddressVerifier verifier(Site site) {
    return TimelyVerifier.of(
        site,
        oracle.sources(OtrsAddresses.at(site, oracle.files())),
        new SmtpCallout(site, oracle.exchangers(), SmtpCallout.SMTP_PORT));
  }

  private static String verify(AddressVerifier verifier, String address) {
    return verifier.verify(EmailAddress.of(address)).reply().toString();
  }
}
