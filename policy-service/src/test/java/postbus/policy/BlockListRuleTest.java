package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.Mail;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.site.BlockList;
import postbus.site.BlockList.Action;
import postbus.site.ClientNetworks;
import postbus.site.ClientRules;
import postbus.site.DeliveryLimits;
import postbus.site.DnsLimits;
import postbus.site.Greylisting;
import postbus.site.HostList;
import postbus.site.LoginRules;
import postbus.site.MailboxRules;
import postbus.site.Quarantine;
import postbus.site.Rates;
import postbus.site.RoutingRules;
import postbus.site.Scanners;
import postbus.site.Schedule;
import postbus.site.SessionLimits;
import postbus.site.Site;
import postbus.site.Submission;
import postbus.testkit.LoopbackDns;

/** The whole policy of a site with block lists, which a real name server on loopback serves. */
class BlockListRuleTest {
  private static final Duration WAIT = Duration.ofMillis(400);

  /** For lists that answer, on a machine that has much else to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final List<String> SICK = List.of("silent", "lame", "parked");
  private static final String RECIPIENT = "mark@wikimedia.org";
  private static final Verification LOCAL =
      new Verification(Standing.LOCAL, SmtpReply.of(250, "2.1.5", "Ok"));
  private static final Client SPAMMER = client("192.0.2.1", false);

  private LoopbackDns dns;

  @BeforeEach
  void start() throws IOException {
    dns =
        LoopbackDns.serving(
            """
            1.2.0.192.good.example.    A 127.0.0.2
            1.2.0.192.good.example.    TXT "\\013\\010554 sp\\252m"
            2.2.0.192.good.example.    A 127.0.0.2
            1.2.0.192.allow.example.   A 127.0.0.5
            1.2.0.192.parked.example.  A 203.0.113.9
            """);
  }

  @AfterEach
  void stop() {
    dns.close();
  }

  @Test
  void aListedClientIsRefusedInOneLineWhateverTheListSays() {
    assertThat(reply(policy(list("good", Action.REFUSE)), SPAMMER, RECIPIENT))
        .isEqualTo("550 5.7.1 [192.0.2.1] is listed by good.example: ??554 sp?m");
    assertThat(reply(policy(list("good", Action.REFUSE)), client("192.0.2.3", false), RECIPIENT))
        .isEqualTo("250 2.1.5 Ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"postmaster@wikimedia.org", "PostMaster@wikimedia.org"})
  void thePostmasterCanBeWrittenTo(String postmaster) {
    assertThat(reply(policy(list("good", Action.REFUSE)), SPAMMER, postmaster)).startsWith("250");
  }

  @Test
  void nobodyRelaysByNamingThePostmasterOfElsewhere() {
    assertThat(reply(policy(list("good", Action.REFUSE)), SPAMMER, "postmaster@elsewhere.example"))
        .isEqualTo("550 5.7.1 relay not permitted");
  }

  @Test
  void trustedClientsAreNotLookedUp() {
    assertThat(reply(policy(list("good", Action.REFUSE)), client("192.0.2.1", true), RECIPIENT))
        .startsWith("250");
    assertThat(dns.questions()).isZero();
  }

  @Test
  void sickListsHoldUpNobodyAndRefuseNobody() {
    dns.silent("1.2.0.192.silent.example").failing("1.2.0.192.lame.example");
    Policy policy =
        policy(
            list("silent", Action.REFUSE),
            list("lame", Action.REFUSE),
            list("parked", Action.REFUSE),
            list("good", Action.DEFER));
    long begin = System.nanoTime();
    assertThat(reply(policy, SPAMMER, RECIPIENT)).startsWith("450 4.7.1").contains("good.example");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(WAIT.multipliedBy(15));
  }

  @Test
  void whoIsOnAListOfGoodOnesIsTaken() {
    Policy policy = policy(list("good", Action.REFUSE), list("allow", Action.ACCEPT));
    assertThat(reply(policy, SPAMMER, RECIPIENT)).startsWith("250");
    assertThat(reply(policy, client("192.0.2.2", false), RECIPIENT)).startsWith("550");
  }

  @Test
  void marksAreFieldsOfTheMail() {
    Policy policy = policy(list("good", Action.MARK));
    assertThat(reply(policy, SPAMMER, RECIPIENT)).startsWith("250");
    assertThat(policy.judge(mail(SPAMMER)).toString())
        .contains("X-Listed-By", "good.example (127.0.0.2)");
    assertThat(policy.judge(mail(client("192.0.2.3", false))).toString())
        .doesNotContain("X-Listed-By");
  }

  private Policy policy(BlockList... lists) {
    Site site = site(List.of(lists));
    return new Policy(
        site,
        BlockListRuleTest::verification,
        ClientLists.of(site),
        GreylistBookTest.unused(),
        _ -> InputStream.nullInputStream());
  }

  private static SessionLimits patient(SessionLimits other) {
    return new SessionLimits(
        other.sizeMax(),
        other.inlineMax(),
        other.recipientsMax(),
        other.commandLineMax(),
        other.textLineMax(),
        other.errorsMax(),
        other.connectionsMax(),
        other.connectionsPerClientMax(),
        other.greetingPause(),
        other.commandWait(),
        other.dataWait(),
        other.sessionMax(),
        PATIENCE.multipliedBy(2),
        other.verdictWait(),
        other.logWait(),
        other.hopsMax(),
        other.diskFreeMin(),
        other.manners());
  }

  private static Verification verification(EmailAddress address) {
    return new Verification(
        address.domain().equals("wikimedia.org") ? Standing.LOCAL : Standing.FOREIGN,
        SmtpReply.of(250, "2.1.5", "Ok"));
  }

  private static BlockList list(String name, Action action) {
    return new BlockList(
        name,
        name + ".example",
        List.of(BlockList.CODES),
        action,
        "",
        SICK.contains(name) ? WAIT : PATIENCE,
        Optional.empty());
  }

  private Site site(List<BlockList> lists) {
    HostList nobody = new HostList("nobody", List.of());
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new Site(
        Path.of("site"),
        "mchenry.wikimedia.org",
        Map.of(),
        Map.of(),
        Map.of("mx", new Site.Listener("mx", address, Optional.empty(), nobody, "")),
        Map.of(),
        RoutingRules.DNS_ALONE,
        Map.of(),
        DnsLimits.DEFAULT.asking(List.of(dns.address())),
        patient(SessionLimits.DEFAULT),
        DeliveryLimits.DEFAULT,
        Schedule.DEFAULT,
        new ClientRules(lists, ClientNetworks.DEFAULT, Rates.DEFAULT, Greylisting.DEFAULT),
        Scanners.NONE,
        MailboxRules.DEFAULT,
        Quarantine.DEFAULT,
        Submission.DEFAULT,
        LoginRules.DEFAULT,
        Optional.empty());
  }

  private static String reply(Policy policy, Client client, String recipient) {
    return policy.onRecipient(question(client, recipient)).toString();
  }

  private static RecipientQuestion question(Client client, String recipient) {
    return new RecipientQuestion(
        client, ReversePath.of("a@example.org"), EmailAddress.of(recipient));
  }

  private static Client client(String address, boolean trusted) {
    return new Client(address, "out.example", "mx", trusted);
  }

  private static Mail mail(Client client) {
    Recipient mark = Recipient.of(EmailAddress.of(RECIPIENT));
    return new Mail(
        Envelope.begin(
            MailId.next(), ReversePath.of("a@example.org"), List.of(mark), client, Body.of(0)),
        new byte[0]);
  }
}
