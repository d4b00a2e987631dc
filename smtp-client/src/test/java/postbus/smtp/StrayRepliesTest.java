package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.smtp.Sending.CONTENT;
import static postbus.smtp.Sending.GO_ON;
import static postbus.smtp.Sending.WAITS;
import static postbus.smtp.Sending.connected;
import static postbus.smtp.Sending.delivered;
import static postbus.smtp.Sending.mail;
import static postbus.smtp.Sending.outcomes;
import static postbus.smtp.Sending.scopeOf;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.mail.Outcome;
import postbus.mail.Scope;

/** Servers whose replies do not fit the commands, and what is believed of them. */
@Timeout(120)
class StrayRepliesTest {
  private static final String CHUNKING = "250-telling\r\n250-PIPELINING\r\n250 CHUNKING";

  @Test
  void aServerThatWantsNoMoreOnAConnectionIsAskedOnANewOne() throws IOException {
    AtomicInteger mails = new AtomicInteger();
    try (TellingServer server =
            telling(command ->
                command.startsWith("MAIL") && mails.incrementAndGet() > 1
                    ? "450 MI:DMC"
                    : TellingServer.good(command));
        SmtpConnection connection = connect(server)) {
      assertThat(connection.send(mail(CONTENT, "a@x.org"), GO_ON)).isInstanceOf(Sent.Ended.class);
      assertThat(connection.send(mail(CONTENT, "a@x.org"), GO_ON)).isInstanceOf(Sent.Stale.class);
      try (SmtpConnection fresh = connect(server)) {
        Outcome outcome = outcomes(fresh.send(mail(CONTENT, "a@x.org"), GO_ON)).getFirst();
        assertThat(scopeOf(outcome)).isEqualTo(Scope.SESSION);
        assertThat(fresh.isUsable()).isFalse();
      }
    }
  }

  @Test
  void aReplyThatNobodyAskedForIsNotTakenForAnother() throws IOException {
    try (TellingServer server =
            telling(command ->
                command.startsWith("BDAT")
                    ? "250 2.0.0 Queued\r\n250 2.0.0 Queued, really"
                    : command.contains("<nobody@")
                        ? "550 5.1.1 No such user"
                        : TellingServer.good(command));
        SmtpConnection connection = connect(server)) {
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      assertThat(connection.send(mail(CONTENT, "nobody@x.org", "a@x.org"), GO_ON))
          .isInstanceOf(Sent.Stale.class);
    }
  }

  @Test
  void aMailOfWhichAChunkWasRefusedIsNotDelivered() throws IOException {
    AtomicInteger chunks = new AtomicInteger();
    try (TellingServer server =
            telling(command ->
                command.startsWith("BDAT") && chunks.incrementAndGet() == 1
                    ? "452 4.3.1 Out of room for this chunk"
                    : TellingServer.good(command));
        SmtpConnection connection = connect(server)) {
      String twoChunks = ("x".repeat(510) + "\r\n").repeat(1 + Chunks.CHUNK_OCTETS / 512);
      Outcome outcome = outcomes(connection.send(mail(twoChunks, "a@x.org"), GO_ON)).getFirst();
      assertThat(outcome).isInstanceOf(Outcome.Deferred.class);
      assertThat(outcome.why().reply()).hasToString("452 4.3.1 Out of room for this chunk");
    }
  }

  @Test
  void aMailIsNotEvenBegunAfterAReplyThatNobodyAskedFor() throws IOException {
    try (TellingServer server =
            new TellingServer(command ->
                command.startsWith("EHLO")
                    ? CHUNKING + "\r\n250 2.0.0 Hello again"
                    : TellingServer.good(command));
        SmtpConnection connection = connect(server)) {
      Outcome outcome = outcomes(connection.send(mail(CONTENT, "a@x.org"), GO_ON)).getFirst();
      assertThat(outcome.why().reply()).hasToString("451 4.4.2 a reply to no command");
      assertThat(scopeOf(outcome)).isEqualTo(Scope.SESSION);
      assertThat(connection.isUsable()).isFalse();
    }
  }

  private static TellingServer telling(UnaryOperator<String> replies) {
    return new TellingServer(
        command -> command.startsWith("EHLO") ? CHUNKING : replies.apply(command));
  }

  private static SmtpConnection connect(TellingServer server) {
    return connected(
        new SmtpConnector(Sending.caller(false), WAITS).open(List.of(server.server())));
  }
}
