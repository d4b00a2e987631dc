package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** BDAT (RFC 3030), as transcripts. */
class ChunksTest {
  private static final String TEXT = "Subject: x\r\n\r\n.\r\n..\r\nthe end\r\n";

  @TempDir private Path folder;

  @Test
  void aMailInOneChunk() throws IOException {
    Talk talk = Talk.ofMail(folder).last(TEXT).says("250 2.0.0 Ok");
    assertThat(talk.content()).isEqualTo(TEXT);
    assertThat(talk.mails.getFirst().envelope().body().size()).isEqualTo(TEXT.length());
    assertThat(talk.memory.taken()).isZero();
  }

  @Test
  void aMailInChunksCutAnywhere() throws IOException {
    for (int cut = 0; cut <= TEXT.length(); cut++) {
      Talk talk = Talk.ofMail(folder).chunk(TEXT.substring(0, cut)).says("250 2.0.0 Ok, go on");
      talk.last(TEXT.substring(cut)).says("250 2.0.0 Ok").saysNothingMore();
      assertThat(talk.content()).isEqualTo(TEXT);
    }
  }

  @Test
  void anEmptyLastChunkEndsTheMail() throws IOException {
    Talk talk = Talk.ofMail(folder).chunk(TEXT).says("250").send("bdat 0 last").says("250");
    assertThat(talk.content()).isEqualTo(TEXT);
    talk.begun().send("BDAT 0 LAST").says("250");
    assertThat(talk.mails.getLast().content()).isEmpty();
  }

  @Test
  void aWholeDialoguePipelined() throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER);
    talk.raw(
        "EHLO app.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n"
            + "BDAT 6\r\na: b\r\nBDAT 5\r\n\r\nx\r\nBDAT 0 LAST\r\nMAIL FROM:<>\r\nQUIT\r\n");
    talk.says("250-").says("250 2.1.0").says("250 2.1.5").says("250 2.0.0").says("250 2.0.0");
    talk.says("250 2.0.0").says("250 2.1.0").says("221 2.0.0").closes();
    assertThat(talk.content()).isEqualTo("a: b\r\n\r\nx\r\n");
  }

  @Test
  void aLastLineWithoutItsEndGetsOne() throws IOException {
    Talk talk = Talk.ofMail(folder).chunk("a: b\r\n\r\n").says("250").last("x").says("250");
    assertThat(talk.content()).isEqualTo("a: b\r\n\r\nx\r\n");
    assertThat(talk.mails.getFirst().envelope().body().size()).isEqualTo(11);
  }

  @Test
  void aCarriageReturnAtTheEndStandsAlone() throws IOException {
    Talk talk = Talk.ofMail(folder).last("a: b\r\n\r\nx\r").says("554 5.6.0");
    assertThat(talk.mails).isEmpty();
  }

  @Test
  void chunksWithoutAMailAreReadAndRefused() throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER).send("EHLO app.example").says("250-");
    talk.chunk("QUIT\r\n").says("503 5.5.1").last("QUIT\r\n").says("503 5.5.1");
    talk.send("BDAT 0").says("503 5.5.1").send("NOOP").says("250").saysNothingMore();
  }

  @Test
  void aChunkWithoutRecipientsIsReadAndRefused() throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER).send("EHLO app.example").says("250-");
    talk.send("MAIL FROM:<a@example.org>").says("250").last("QUIT\r\n").says("554 5.5.1");
    talk.send("NOOP").says("250").saysNothingMore();
  }

  @Test
  void theSizeIsThatOfAllChunks() throws IOException {
    Talk talk = Talk.ofMail(folder);
    String line = "x".repeat(98) + "\r\n";
    talk.chunk(line.repeat(100)).says("250").chunk(line.repeat(100)).says("250");
    talk.raw("BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
    talk.says("552 5.3.4").says("503 5.5.1").says("250 2.0.0").saysNothingMore();
    assertThat(talk.mails).isEmpty();
    assertThat(talk.memory.taken()).isZero();
  }

  @Test
  void aMailOfTheVeryLimitIsTaken() throws IOException {
    Talk talk = Talk.ofMail(folder);
    String line = "x".repeat(98) + "\r\n";
    talk.chunk(line.repeat(100)).says("250").last(line.repeat(100)).says("250");
    assertThat(talk.mails.getFirst().envelope().body().size()).isEqualTo(20_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BDAT 1088577", "BDAT 999999999999999999 LAST"})
  void aChunkThatNobodyWouldReadEndsTheSession(String command) throws IOException {
    Talk.ofMail(folder).send(command, "QUIT").says("552 5.3.4").closes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BDAT",
        "BDAT LAST",
        "BDAT -1",
        "BDAT +1",
        "BDAT 0x10",
        "BDAT 1e3 LAST",
        "BDAT 10 FIRST",
        "BDAT 10 LAST LAST",
        "BDAT 9999999999999999999",
        "BDAT 10\u0000",
        "bdat 10 \u00ff",
        "BDAT\t10"
      })
  void aChunkThatCannotBeMeasuredEndsTheSession(String command) throws IOException {
    Talk.ofMail(folder).send(command, "MAIL FROM:<>").says("50").closes();
  }

  @Test
  void aLineOfBdatThatIsTooLongEndsTheSession() throws IOException {
    Talk.ofMail(folder).send("BDAT 10 " + "x".repeat(505), "NOOP").says("500 5.5.2").closes();
    Talk cut = Talk.ofMail(folder).raw("BDAT 10 " + "x".repeat(600)).raw("x".repeat(600));
    cut.send("", "NOOP").says("500 5.5.2").closes();
  }

  @Test
  void dataAfterBdatFailsTheMail() throws IOException {
    Talk talk = Talk.ofMail(folder).chunk(TEXT).says("250").send("DATA").says("503 5.5.1");
    talk.last(TEXT).says("503 5.5.1").send("MAIL FROM:<>").says("250 2.1.0");
    assertThat(talk.mails).isEmpty();
    assertThat(talk.memory.taken()).isZero();
  }

  @Test
  void nobodyElseIsNamedBetweenChunks() throws IOException {
    Talk talk = Talk.ofMail(folder).chunk(TEXT).says("250");
    talk.send("MAIL FROM:<>", "RCPT TO:<c@example.org>").says("503 5.5.1").says("503 5.5.1");
    talk.send("NOOP").says("250").last(TEXT).says("250");
    assertThat(talk.mails.getFirst().envelope().recipients()).hasSize(1);
    assertThat(talk.content()).isEqualTo(TEXT + TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSET", "EHLO again.example", "HELO again.example"})
  void whatForgetsTheMailForgetsItsChunks(String command) throws IOException {
    Talk talk = Talk.ofMail(folder).chunk("secret\r\n").says("250");
    assertThat(talk.memory.taken()).isPositive();
    talk.send(command).says("250");
    assertThat(talk.memory.taken()).isZero();
    talk.begun().last(TEXT).says("250");
    assertThat(talk.content()).isEqualTo(TEXT);
  }

  @Test
  void aMailThatLoopsIsRefusedAtTheChunkThatTells() throws IOException {
    Talk talk = Talk.ofMail(folder).chunk("Received: x\r\n".repeat(3) + "Rec").says("250");
    talk.chunk("eived: x\r\nReceived: y\r\nRECEIVED: z\r\n").says("554 5.4.6");
    talk.last("\r\n").says("503 5.5.1");
    assertThat(talk.memory.taken()).isZero();
  }

  @Test
  void aLineThatIsTooLongIsRefused() throws IOException {
    Talk talk = Talk.ofMail(folder).chunk("x".repeat(600)).says("250");
    talk.chunk("x".repeat(600)).says("554 5.6.0");
  }

  @Test
  void whoSendsChunksWithoutEndIsSentAway() throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER);
    for (int i = 0; i < 4; i++) {
      talk.chunk("NOOP\r\n").says("503 5.5.1");
    }
    talk.chunk("NOOP\r\n").says("421 4.7.0").closes();
  }
}
