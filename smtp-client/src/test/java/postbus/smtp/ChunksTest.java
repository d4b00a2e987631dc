package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static postbus.smtp.Sending.CONTENT;
import static postbus.smtp.Sending.GO_ON;
import static postbus.smtp.Sending.LONG;
import static postbus.smtp.Sending.connect;
import static postbus.smtp.Sending.delivered;
import static postbus.smtp.Sending.mail;
import static postbus.smtp.Sending.outcomes;
import static postbus.smtp.Sending.scopeOf;
import static postbus.smtp.Sending.with;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** Contents that go by BDAT, and contents that are not what they should be. */
@Timeout(120)
class ChunksTest {
  private static final String LINE = "x".repeat(998) + "\r\n";

  @Test
  void aSmallContentGoesInOneChunkWithItsDotsAsTheyAre() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED);
        SmtpConnection connection = connect(server)) {
      delivered(connection.send(mail(CONTENT, "a@x.org", "b@x.org"), GO_ON));
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.text()).isEqualTo(CONTENT);
      assertThat(received.chunks()).isEqualTo(1);
      assertThat(received.recipients()).containsExactly("a@x.org", "b@x.org");
      assertThat(server.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLargeContentGoesInChunksOfBoundedSize(boolean pipelining) {
    Script script =
        pipelining ? Script.CHUNKED : Script.GOOD.offering(Extension.CHUNKING, Extension.SIZE);
    String large = LINE.repeat(1500);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connect(server)) {
      delivered(connection.send(mail(large, "a@x.org"), GO_ON));
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      ReceivedMail received = server.awaitMails(2, LONG).getFirst();
      assertThat(received.text()).isEqualTo(large);
      assertThat(received.chunks()).isEqualTo(1 + large.length() / Chunks.CHUNK_OCTETS);
      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aContentOfWholeChunksHasNoEmptyLastOne() {
    String whole = ("x".repeat(510) + "\r\n").repeat(2 * Chunks.CHUNK_OCTETS / 512);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED);
        SmtpConnection connection = connect(server)) {
      delivered(connection.send(mail(whole, "a@x.org"), GO_ON));
      assertThat(server.awaitMails(1, LONG).getFirst().chunks()).isEqualTo(2);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void nothingIsSentIfNobodyIsLeft() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED);
        SmtpConnection connection = connect(server)) {
      connection.send(mail(CONTENT, "permfail@x.org", "tempfail@x.org"), GO_ON);
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      assertThat(server.contentsBegun()).isEqualTo(1);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aMailIsGivenUpBeforeItsLastChunk() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED);
        SmtpConnection connection = connect(server)) {
      Sent sent = connection.send(mail(LINE.repeat(600), "a@x.org"), () -> false);
      assertThat(sent).isInstanceOf(Sent.Abandoned.class);
      server.awaitContentsBegun(1, LONG);
      assertThat(server.mails()).isEmpty();
      assertThat(connection.isUsable()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 600, 2000})
  void aChunkThatIsRefusedDefersTheMail(int lines) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED);
        SmtpConnection connection = connect(server)) {
      Sent sent = connection.send(mail(LINE.repeat(lines), "tempchunk@x.org"), GO_ON);
      Outcome outcome = outcomes(sent).getFirst();
      assertThat(scopeOf(outcome)).isEqualTo(Scope.MAIL);
      assertThat(outcome.why().reply()).hasToString("451 4.3.0 No such chunk");
      assertThat(outcome.why().command()).isEqualTo("BDAT");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"smuggled\n.\r\n", "lone\rreturn\r\n", "\n", "\r\r\n", "no end", "end\r"})
  void aLoneCrOrLfNeverLeaves(String content) {
    for (Script script : new Script[] {Script.GOOD, Script.CHUNKED}) {
      try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
          SmtpConnection connection = connect(server)) {
        assertThatThrownBy(() -> connection.send(mail(content, "a@x.org"), GO_ON))
            .isInstanceOf(IllegalStateException.class);
        assertThat(connection.isUsable()).isFalse();
        assertThat(server.mails()).isEmpty();
        assertThat(server.violations()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 2})
  void aContentOfAnotherSizeThanPromisedNeverArrives(int more) {
    byte[] octets = LINE.repeat(300).getBytes(StandardCharsets.US_ASCII);
    Content content =
        _ -> new Content.Ready(octets.length + more, () -> new ByteArrayInputStream(octets), false);
    for (Script script : new Script[] {Script.GOOD, Script.CHUNKED}) {
      try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
          SmtpConnection connection = connect(server)) {
        Sent sent = connection.send(with(mail(CONTENT, "a@x.org"), content), GO_ON);
        Outcome outcome = outcomes(sent).getFirst();
        assertThat(outcome.why().reply().status()).hasToString("Optional[4.3.0]");
        assertThat(scopeOf(outcome)).isEqualTo(Scope.MAIL);
        assertThat(connection.isUsable()).isFalse();
        assertThat(server.mails()).isEmpty();
      }
    }
  }

  @Test
  void aContentThatCannotBeReadInTheMiddleIsNobodysFaultAndItsPlaceIsNotTold() {
    Content content =
        _ ->
            new Content.Ready(
                1000,
                () -> {
                  throw new IOException("the disk is gone");
                },
                false);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED);
        SmtpConnection connection = connect(server)) {
      Transaction mail = with(mail(CONTENT, "permfail@x.org", "a@x.org"), content);
      List<Outcome> outcomes = outcomes(connection.send(mail, GO_ON));
      assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Bounced.class);
      assertThat(outcomes.getLast()).isEqualTo(Outcome.unread("DATA"));
      assertThat(Trouble.pressure(outcomes.getLast())).isEqualTo(Pressure.NONE);
      assertThat(connection.isUsable()).isFalse();
      assertThat(server.mails()).isEmpty();
    }
  }

  @Test
  void aContentThatSevenBitsCannotHoldIsBounced() {
    Content content = eightBit -> eightBit ? ready() : new Content.Unfit("it is signed");
    Transaction mail = with(mail(CONTENT, "a@x.org"), content);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server)) {
      delivered(connection.send(mail, GO_ON));
      assertThat(server.awaitMails(1, LONG).getFirst().mailLine()).endsWith(" BODY=8BITMIME");
    }
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.offering());
        SmtpConnection connection = connect(server)) {
      Outcome outcome = outcomes(connection.send(mail, GO_ON)).getFirst();
      assertThat(outcome).isInstanceOf(Outcome.Bounced.class);
      assertThat(outcome.why().reply().status().map(Object::toString))
          .isEqualTo(Optional.of("5.6.3"));
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
    }
  }

  private static Content.Ready ready() {
    byte[] octets = "Subject: ö\r\n".getBytes(StandardCharsets.ISO_8859_1);
    return new Content.Ready(octets.length, () -> new ByteArrayInputStream(octets), true);
  }
}
