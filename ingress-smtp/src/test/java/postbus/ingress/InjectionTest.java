package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.SmtpReply;

/** Nothing that a client says becomes a line, a field or a reply of its own. */
class InjectionTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EHLO x\rSubject: evil",
        "EHLO x\u0000",
        "EHLO x\tSubject:",
        "EHLO x) by evil (",
        "EHLO x;",
        "HELO x\u0085Subject:",
        "HELO <x>"
      })
  void aNameIsANameAlone(String hello) throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER).send(hello).says("50").saysNothingMore();
    talk.send("MAIL FROM:<>").says("503 5.5.1 Say EHLO first");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MAIL FROM:<a\r@example.org>",
        "MAIL FROM:<\"a\rSubject: evil\"@example.org>",
        "MAIL FROM:<a@example.org\u0000>",
        "MAIL FROM:<a@example.org> ENVID=x\rSubject:",
        "MAIL FROM:<a@example.org> ENVID=x+0D+0ASubject:",
        "MAIL FROM:<a@example.org> RET=FULL\u0000"
      })
  void aSenderIsASenderAlone(String mail) throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER).send("EHLO x.example").says("250-");
    talk.send(mail).says("50").saysNothingMore().send("RCPT TO:<b@example.org>").says("503");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RCPT TO:<\"b\rSubject: evil\"@example.org>",
        "RCPT TO:<b@example.org\u0000>",
        "RCPT TO:<b@example.org>\rRCPT TO:<c@example.org>",
        "RCPT TO:<b@example.org> ORCPT=rfc822;b+0D+0ASubject:",
        "RCPT TO:<b@example.org> ORCPT=rfc822;b\u0000",
        "RCPT TO:<b@example.org> NOTIFY=NEVER\rX"
      })
  void aRecipientIsARecipientAlone(String rcpt) throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER).send("EHLO x.example").says("250-");
    talk.send("MAIL FROM:<>").says("250").send(rcpt).says("50").saysNothingMore();
    talk.send("DATA").says("554 5.5.1 No valid recipients");
  }

  @Test
  void theTraceHasNoLineOfAClient() throws IOException {
    Talk talk = new Talk(folder, Sites.APP_SERVER).send("EHLO [IPv6:2001:db8::1]").says("250-");
    talk.send("MAIL FROM:<a@example.org> ENVID=Subject:", "RCPT TO:<\"b; Subject: \\\"\"@x.org>");
    talk.says("250").says("250").send("DATA").says("354").send("x", ".").says("250");
    String received = talk.mails.getFirst().envelope().added().getFirst().toString();
    assertThat(received.split("\r\n"))
        .hasSize(4)
        .satisfies(lines -> assertThat(lines[0]).startsWith("Received: from [IPv6:2001:db8::1] ("))
        .satisfies(lines -> assertThat(lines[2]).isEqualTo("\tfor <\"b; Subject: \\\"\"@x.org>;"));
  }

  @Test
  void aReplyIsOneEvenIfOthersWordedIt() {
    StringBuilder said = new StringBuilder();
    ReplyWriter.append(
        said,
        SmtpReply.of(550, "5.1.1", "<b@x.org>\r\n250 2.0.0 Ok\u0000\u00e4" + "x".repeat(600)));
    assertThat(said.toString().lines()).hasSize(1);
    assertThat(said).startsWith("550 5.1.1 <b@x.org>??250 2.0.0 Ok??x").hasSizeLessThan(513);
  }
}
