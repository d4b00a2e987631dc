package postbus.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeJsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "envelope-v1.json",
        "envelope-v1-asked.json",
        "envelope-v1-tls.json",
        "envelope-v1-removed.json",
        "envelope-v1-account.json"
      })
  void aRecordOfVersionOneIsReadAndWrittenBackToTheByte(String name) throws Exception {
    byte[] golden = golden(name);
    assertThat(new String(EnvelopeJson.write(EnvelopeJson.read(golden)), UTF_8))
        .isEqualTo(new String(golden, UTF_8).strip());
  }

  @Test
  void whoLoggedInIsKnownAtEveryStep() throws Exception {
    Envelope read = EnvelopeJson.read(golden("envelope-v1-account.json"));
    Envelope later = read.attempted().to(read.recipients().subList(0, 1)).replayed(Instant.EPOCH);
    assertThat(later.client().account()).contains("jane@wikimedia.org");
    assertThat(EnvelopeJson.read(golden("envelope-v1-tls.json")).client().account()).isEmpty();
  }

  @Test
  void anEnvelopeRemembersItsLastAttempts() throws Exception {
    Envelope mail = EnvelopeJson.read(golden("envelope-v1-asked.json"));
    for (int i = 0; i < 20; i++) {
      mail = mail.attempted(new Attempt(Instant.EPOCH.plusSeconds(i), "451 4.4.1 no", ""));
    }
    assertThat(mail.attempts()).isEqualTo(22);
    assertThat(mail.history())
        .hasSize(Envelope.HISTORY_MAX)
        .last()
        .returns(Instant.EPOCH.plusSeconds(19), Attempt::at);
  }

  @Test
  void aFieldOfANewerReleaseIsCarriedThroughEveryStep() throws Exception {
    Envelope read = EnvelopeJson.read(golden("envelope-v1.json"));
    Envelope later = read.attempted().to(read.recipients().subList(0, 1)).suspected();
    assertThat(EnvelopeJson.read(EnvelopeJson.write(later)).unknown())
        .containsEntry("colour", "{\"of\":[\"a\",\"newer\"],\"release\":1.5}");
  }

  @Test
  void whatIsToStayBehindIsCarriedThroughEveryStep() throws Exception {
    Envelope read = EnvelopeJson.read(golden("envelope-v1-removed.json"));
    Envelope later =
        read.attempted(new Attempt(Instant.EPOCH, "451 4.4.1 no", ""))
            .via(new Route("normal", "example.net", new NextHop.Mailbox()))
            .to(read.recipients())
            .replayed(Instant.EPOCH)
            .adding(List.of(new HeaderField("Received", "by b")));
    assertThat(EnvelopeJson.read(EnvelopeJson.write(later)).edits().removed())
        .containsExactly(
            Removal.of("X-Spam-Score"),
            new Removal("Authentication-Results", "MCHENRY.wikimedia.org"));
  }

  @Test
  void aMinimalEnvelopeComesBackAsItWas() throws Exception {
    for (NextHop hop :
        List.of(
            new NextHop.Exchangers("example.org"),
            NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2526), new NextHop.Host("::1", 25)),
            new NextHop.Mailbox(),
            new NextHop.Pipe("/usr/local/bin/handler --list \"staff\""))) {
      Envelope envelope =
          Envelope.begin(
                  MailId.next(),
                  new ReversePath.Null(),
                  List.of(Recipient.of(EmailAddress.of("\"odd one\"@Example.ORG"))),
                  new Client("::1", "", "mx", false),
                  Body.of(0))
              .via(new Route("normal", "example.org", hop));
      assertThat(EnvelopeJson.read(EnvelopeJson.write(envelope))).isEqualTo(envelope);
    }
  }

  @Test
  void theFirstRecordsNamedOneHostAlone() throws Exception {
    String golden = new String(golden("envelope-v1.json"), UTF_8);
    String first =
        golden.replace("\"exchangersOf\":\"example.net\"", "\"host\":\"127.0.0.1\",\"port\":2526");
    assertThat(EnvelopeJson.read(first.getBytes(UTF_8)).route().orElseThrow().nextHop())
        .isEqualTo(NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2526)));
  }

  @Test
  void aNewerVersionIsToldApartFromGarbageWhateverElseItHolds() {
    assertThatThrownBy(
            () -> EnvelopeJson.read("{\"version\":2,\"recipients\":\"by rule\"}".getBytes(UTF_8)))
        .isInstanceOf(UnknownVersion.class)
        .hasMessageContaining("version 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"version\":1}",
        "{\"version\":1,\"id\":\"short\"}",
        "{\"version\":1,\"recipients\":[{}]}",
        "{\"version\":1,\"receivedAt\":\"yesterday\"}",
        "{\"version\":1,\"removed\":[{}]}",
        "{\"version\":1,\"removed\":[{\"name\":\"a b\"}]}",
        "not json at all"
      })
  void whatIsNoEnvelopeIsMalformedAndNothingWorse(String bytes) {
    assertThatThrownBy(() -> EnvelopeJson.read(bytes.getBytes(UTF_8)))
        .isInstanceOf(MalformedRecord.class)
        .isNotInstanceOf(UnknownVersion.class);
  }

  @Test
  void verdictsAndEventsComeBackAsTheyWere() throws Exception {
    List<Verdict> verdicts =
        List.of(
            new Verdict.Accept(List.of(new HeaderField("X-Spam-Score", "1.5 (+)"))),
            new Verdict.Accept(List.of(new HeaderField("X-Spam-Score", "7.0")), true),
            new Verdict.Quarantine("ClamAV: Eicar", List.of(new HeaderField("X-Virus", "Eicar"))),
            new Verdict.Accept(
                new HeaderEdits(List.of(), List.of(new Removal("X-Spam-Score", "0.1")))),
            new Verdict.Quarantine(
                "odd", new HeaderEdits(List.of(), List.of(Removal.of("X-Spam-Score")))),
            new Verdict.Refuse(SmtpReply.of(552, "5.3.4", "too large")));
    for (Verdict verdict : verdicts) {
      assertThat(VerdictJson.read(VerdictJson.write(verdict))).isEqualTo(verdict);
    }
    Event event =
        new Event(
            java.time.Instant.parse("2026-11-01T12:00:00.5Z"),
            "router-service",
            MailId.next(),
            Event.What.ROUTED,
            "",
            List.of("a@example.org"),
            "delivery.normal.shared \u2192 example.org");
    assertThat(EventJson.read(EventJson.write(event))).isEqualTo(event);
  }

  @Test
  void anEventOfAKindThatIsNotKnownIsMalformed() {
    assertThatThrownBy(() -> EventJson.read("{\"what\":\"TELEPORTED\"}".getBytes(UTF_8)))
        .isInstanceOf(MalformedRecord.class);
  }

  @Test
  void oldVerdictsAreStillRead() throws Exception {
    assertThat(VerdictJson.read(golden("verdict-accept.json")))
        .isEqualTo(new Verdict.Accept(List.of(new HeaderField("X-Spam-Score", "1.5"))));
    assertThat(VerdictJson.read(golden("verdict-suspect.json")))
        .isEqualTo(new Verdict.Accept(List.of(new HeaderField("X-Spam-Score", "7.0")), true));
    assertThat(VerdictJson.read(golden("verdict-quarantine.json")))
        .isEqualTo(
            new Verdict.Quarantine(
                "a virus: Eicar", List.of(new HeaderField("X-Virus-Found", "Eicar"))));
    assertThat(VerdictJson.read(golden("verdict-refuse.json")))
        .isEqualTo(new Verdict.Refuse(SmtpReply.of(550, "5.7.1", "that is spam")));
  }

  @Test
  void aVerdictOfAFormThatIsNotKnownIsNoAcceptance() {
    assertThatThrownBy(() -> VerdictJson.read("{\"hold\":{\"accept\":[]}}".getBytes(UTF_8)))
        .isInstanceOf(MalformedRecord.class);
    assertThatThrownBy(() -> VerdictJson.read("{\"quarantine\":{}}".getBytes(UTF_8)))
        .isInstanceOf(MalformedRecord.class);
    assertThatThrownBy(
            () -> VerdictJson.read("{\"accept\":[],\"refuse\":\"550 5.7.1 no\"}".getBytes(UTF_8)))
        .isInstanceOf(MalformedRecord.class);
  }

  @Test
  void aVerdictThatSaysNothingIsMalformed() {
    assertThatThrownBy(() -> VerdictJson.read("{}".getBytes(UTF_8)))
        .isInstanceOf(MalformedRecord.class);
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = EnvelopeJsonTest.class.getResourceAsStream("/golden/" + name)) {
      return in.readAllBytes();
    }
  }
}
