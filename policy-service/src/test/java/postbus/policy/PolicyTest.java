package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.Mail;
import postbus.mail.AddressVerifier;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.MalformedRecord;
import postbus.mail.Recipient;
import postbus.mail.RecipientQuestion;
import postbus.mail.Removal;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.mail.VerdictJson;
import postbus.site.DeliveryLimits;
import postbus.site.DnsLimits;
import postbus.site.HostList;
import postbus.site.RoutingRules;
import postbus.site.Schedule;
import postbus.site.SessionLimits;
import postbus.site.Site;

class PolicyTest {
  private static final Client OUTSIDER = new Client("127.0.9.1", "out.example", "mx", false);
  private static final Client APP_SERVER = new Client("127.0.1.7", "srv7", "wiki-mail", true);

  private final AtomicInteger asked = new AtomicInteger();
  private SmtpReply known = SmtpReply.of(250, "2.1.5", "Ok");
  private final AddressVerifier router =
      address -> {
        asked.incrementAndGet();
        return new Verification(standing(address.domain()), known);
      };
  private final Policy policy =
      new Policy(
          site(),
          router,
          new ClientLists(List.of(), System::nanoTime),
          GreylistBookTest.unused(),
          _ -> InputStream.nullInputStream());

  @Test
  void anOutsiderMayWriteToAnAddressOfOurs() {
    assertThat(reply(OUTSIDER, "mark@wikimedia.org")).isEqualTo("250 2.1.5 Ok");
    assertThat(asked).hasValue(1);
  }

  @Test
  void anOutsiderMayNotRelay() {
    assertThat(reply(OUTSIDER, "x@example.net")).isEqualTo("550 5.7.1 relay not permitted");
  }

  @Test
  void theRoutersAnswerAboutAnUnknownAddressIsPassedOn() {
    known = SmtpReply.of(550, "5.1.1", "unknown user");
    assertThat(reply(OUTSIDER, "nobody@wikimedia.org")).isEqualTo("550 5.1.1 unknown user");
    known = SmtpReply.of(451, "4.4.3", "later");
    assertThat(reply(OUTSIDER, "nobody@wikimedia.org")).isEqualTo("451 4.4.3 later");
  }

  @Test
  void mailForADomainThatWeRelayForMayComeIfItsServerKnowsTheAddress() {
    assertThat(reply(OUTSIDER, "x@relayed.example")).startsWith("250");
    known = SmtpReply.of(550, "5.1.1", "the server of relayed.example says: No such user");
    assertThat(reply(OUTSIDER, "x@relayed.example")).isEqualTo(known.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"250 2.1.5 Ok", "550 5.1.1 unknown user", "451 4.4.3 DNS is away"})
  void whileItIsNotKnownWhetherADomainIsOursItsMailComesBackLater(String router) {
    known = SmtpReply.parse(router).orElseThrow();
    assertThat(reply(OUTSIDER, "x@unknown.example")).startsWith("451 4.4.3");
    assertThat(reply(OUTSIDER, "a%b@unknown.example")).startsWith("451 4.4.3");
  }

  @Test
  void aTrustedClientMayRelayAndNobodyIsAsked() {
    assertThat(reply(APP_SERVER, "x@example.net")).startsWith("250");
    assertThat(asked).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a@b", "a%b", "a!b", "a/b", "a|b", ".a", "\"a@b\""})
  void restrictedCharactersAreRefusedInLocalDomainsForEverybody(String localPart) {
    String refusal = "550 5.1.3 restricted characters in address";
    assertThat(reply(OUTSIDER, localPart + "@wikimedia.org")).isEqualTo(refusal);
    assertThat(reply(APP_SERVER, localPart + "@wikimedia.org")).isEqualTo(refusal);
    assertThat(asked).hasValue(2);
    assertThat(reply(APP_SERVER, localPart + "@example.net")).startsWith("250");
    assertThat(reply(OUTSIDER, localPart + "@relayed.example")).startsWith("250");
  }

  @Test
  void aListenerAdmitsOnlyItsOwnWhateverTheIngressThought() {
    Client outsider = new Client("127.0.9.1", "out.example", "wiki-mail", true);
    assertThat(reply(outsider, "mark@wikimedia.org")).startsWith("554 5.7.1");
    Client nobody = new Client("somewhere", "out.example", "wiki-mail", true);
    assertThat(reply(nobody, "mark@wikimedia.org")).startsWith("554 5.7.1");
    assertThat(asked).hasValue(0);
  }

  @Test
  void aListenerThatPolicyDoesNotKnowYetIsPutOff() {
    Client early = new Client("127.0.9.1", "out.example", "submission", false);
    assertThat(reply(early, "mark@wikimedia.org")).startsWith("451 4.3.5");
  }

  @Test
  void aContentAboveTheLimitIsRefusedUnlessTheClientIsTrusted() {
    long max = SessionLimits.DEFAULT.sizeMax();
    assertThat(policy.judge(mail(OUTSIDER, max))).isInstanceOf(Verdict.Accept.class);
    assertThat(policy.judge(mail(OUTSIDER, max + 1)))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refusal -> assertThat(refusal.reply().toString()).startsWith("552 5.3.4"));
    assertThat(policy.judge(mail(APP_SERVER, max + 1))).isInstanceOf(Verdict.Accept.class);
  }

  @Test
  void whatOnlyWeMaySayIsLeftOutOfAnOutsidersMail() {
    String content =
        """
        x-spam-score: -5 (-----)
        Authentication-Results: example.org; spf=pass
        Authentication-Results: (us)
         MCHENRY.wikimedia.org 1; dkim=pass
        Subject: X-Virus-Scanned

        X-Spam-Report: no
        """;
    List<Removal> removed =
        List.of(
            Removal.of("X-Spam-Score"),
            new Removal("Authentication-Results", "mchenry.wikimedia.org"));
    assertThat(policy.judge(mail(OUTSIDER, content)))
        .isEqualTo(new Verdict.Accept(new HeaderEdits(List.of(), removed)));
    assertThat(policy.judge(mail(APP_SERVER, content))).isEqualTo(new Verdict.Accept(List.of()));
  }

  @Test
  void aCheckIsShownWhatThoseBeforeItFound() {
    HeaderField first = new HeaderField("X-First", "1");
    Policy two =
        new Policy(
            router,
            List.of(new AddressExists()),
            List.of(
                _ -> new Verdict.Accept(List.of(first)),
                mail -> new Verdict.Accept(mail.envelope().added())));
    assertThat(two.judge(mail(OUTSIDER, ""))).isEqualTo(new Verdict.Accept(List.of(first, first)));
  }

  @Test
  void aCheckThatFailsByABugCostsNoVerdictUnlessTheContentIsAway() {
    HeaderField second = new HeaderField("X-Second", "2");
    ContentCheck broken =
        _ -> {
          throw new ArrayIndexOutOfBoundsException(0);
        };
    ContentCheck says = _ -> new Verdict.Accept(List.of(second));
    Policy careful = new Policy(router, List.of(new AddressExists()), List.of(broken, says));
    assertThat(careful.judge(mail(OUTSIDER, "")))
        .isEqualTo(new Verdict.Accept(List.of(second), true));
    ContentCheck away =
        _ -> {
          throw new UncheckedIOException(new IOException("no content"));
        };
    Policy without = new Policy(router, List.of(new AddressExists()), List.of(away, says));
    assertThatThrownBy(() -> without.judge(mail(OUTSIDER, "")))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void aQuestionOfTheLogIsAnsweredUnderItsKeyToTheIngressThatWaits() throws MalformedRecord {
    ProducerRecord<String, byte[]> answer = new Questions(policy).answer(question(60_000));
    assertThat(answer).isNotNull();
    assertThat(answer.key()).isEqualTo("id");
    assertThat(answer.headers().lastHeader("ingress").value()).asString().isEqualTo("in-1");
    assertThat(VerdictJson.read(answer.value())).isInstanceOf(Verdict.Accept.class);
  }

  @Test
  void aQuestionPastItsTimeOrNotToBeReadGetsNoAnswer() {
    Questions questions = new Questions(policy);
    assertThat(questions.answer(question(-1))).isNull();
    ConsumerRecord<String, byte[]> broken = question(60_000);
    broken.headers().remove("envelope").add("envelope", "{".getBytes(StandardCharsets.UTF_8));
    assertThat(questions.answer(broken)).isNull();
    assertThat(questions.answer(new ConsumerRecord<>("mail.received", 0, 0, "id", null))).isNull();
  }

  private static ConsumerRecord<String, byte[]> question(long millisLeft) {
    ConsumerRecord<String, byte[]> question =
        new ConsumerRecord<>("mail.received", 0, 0, "id", new byte[0]);
    String deadline = Long.toString(System.currentTimeMillis() + millisLeft);
    question
        .headers()
        .add("envelope", EnvelopeJson.write(mail(OUTSIDER, 0).envelope()))
        .add("ingress", "in-1".getBytes(StandardCharsets.UTF_8))
        .add("deadline", deadline.getBytes(StandardCharsets.US_ASCII));
    return question;
  }

  private String reply(Client client, String recipient) {
    ReversePath sender = ReversePath.of("a@example.org");
    RecipientQuestion question = new RecipientQuestion(client, sender, EmailAddress.of(recipient));
    return policy.onRecipient(question).toString();
  }

  private static Standing standing(String domain) {
    return switch (domain) {
      case "wikimedia.org" -> Standing.LOCAL;
      case "relayed.example" -> Standing.RELAYED;
      case "unknown.example" -> Standing.UNKNOWN;
      default -> Standing.FOREIGN;
    };
  }

  private static Mail mail(Client client, long size) {
    Recipient mark = Recipient.of(EmailAddress.of("mark@wikimedia.org"));
    ReversePath sender = ReversePath.of("a@example.org");
    return new Mail(
        Envelope.begin(MailId.next(), sender, List.of(mark), client, Body.of(size)), new byte[0]);
  }

  private static Mail mail(Client client, String content) {
    byte[] octets = content.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    return new Mail(mail(client, octets.length).envelope(), octets);
  }

  private static Site site() {
    HostList nets = new HostList("nets", List.of(network("127.0.1.0", 24)));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new Site(
        Path.of("site"),
        "mchenry.wikimedia.org",
        Map.of(),
        Map.of(),
        Map.of(
            "mx", new Site.Listener("mx", address, Optional.empty(), nets, ""),
            "wiki-mail", new Site.Listener("wiki-mail", address, Optional.of(nets), nets, "")),
        Map.of(),
        RoutingRules.DNS_ALONE,
        Map.of(),
        DnsLimits.DEFAULT,
        SessionLimits.DEFAULT,
        DeliveryLimits.DEFAULT,
        Schedule.DEFAULT);
  }

  private static HostList.Network network(String base, int bits) {
    return new HostList.Network(InetAddress.ofLiteral(base), bits);
  }
}
