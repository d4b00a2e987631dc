package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever became of a content, its sender and recipients are forgotten: no later mail goes on with
 * them.
 */
class FailedMailTest {
  private static final String BAD = "x\ny\r\n";

  @TempDir private Path folder;
  private Talk talk;

  @BeforeEach
  void begin() throws IOException {
    talk = Talk.ofMail(folder);
  }

  @Test
  void afterDataWhoseContentWasRefused() {
    talk.send("DATA").says("354").raw(BAD + ".\r\n").says("554 5.6.0");
    isForgotten();
  }

  @Test
  void afterDataThatWasTooBig() {
    talk.send("DATA").says("354").raw(("x".repeat(98) + "\r\n").repeat(201) + ".\r\n");
    talk.says("552 5.3.4");
    isForgotten();
  }

  @Test
  void afterDataThatTheLogDidNotTake() {
    talk.answer = Replies.LOG_AWAY;
    talk.send("DATA").says("354").send("x", ".").says("451 4.3.0");
    talk.mails.clear();
    isForgotten();
  }

  @Test
  void afterDataThatPolicyRefused() {
    talk.answer = Replies.TOO_MANY_HOPS;
    talk.send("DATA").says("354").send("x", ".").says("554 5.4.6");
    talk.mails.clear();
    isForgotten();
  }

  @Test
  void afterDataWithoutRecipients() {
    talk.send("RSET", "MAIL FROM:<a@example.org>").says("250").says("250");
    talk.send("DATA").says("554 5.5.1");
    isForgotten();
  }

  @Test
  void afterDataAmongChunks() {
    talk.chunk("x\r\n").says("250").send("DATA").says("503 5.5.1");
    isForgotten();
  }

  @Test
  void afterBdatWhoseContentWasRefused() {
    talk.last(BAD).says("554 5.6.0");
    isForgotten();
  }

  @Test
  void afterBdatWhoseFirstChunkWasRefused() {
    talk.chunk(BAD).says("554 5.6.0");
    isForgotten();
  }

  @Test
  void afterBdatThatWasTooBig() {
    talk.last("x".repeat(20_001)).says("552 5.3.4");
    isForgotten();
  }

  @Test
  void afterBdatThatTheLogDidNotTake() {
    talk.answer = Replies.LOG_AWAY;
    talk.last("x\r\n").says("451 4.3.0");
    talk.mails.clear();
    isForgotten();
  }

  @Test
  void afterBdatWithoutRecipients() {
    talk.send("RSET", "MAIL FROM:<a@example.org>").says("250").says("250");
    talk.last("x\r\n").says("554 5.5.1");
    isForgotten();
  }

  private void isForgotten() {
    talk.answer = Replies.OK;
    talk.saysNothingMore().send("RCPT TO:<c@example.org>").says("503 5.5.1 Say MAIL first");
    talk.send("MAIL FROM:<z@example.org>", "RCPT TO:<c@example.org>", "DATA");
    talk.says("250").says("250").says("354").send("y", ".").says("250 2.0.0");
    assertThat(talk.content()).isEqualTo("y\r\n");
    var envelope = talk.mails.getFirst().envelope();
    assertThat(envelope.reversePath().text()).isEqualTo("z@example.org");
    assertThat(envelope.recipients()).hasSize(1);
    assertThat(talk.memory.taken()).isZero();
  }
}
