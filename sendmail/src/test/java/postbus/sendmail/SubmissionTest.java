package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.sendmail.Caller.Ran;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** While the server is there, a mail goes to it and nowhere else. */
class SubmissionTest {
  @TempDir Path folder;
  private ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED);

  @AfterEach
  void stop() {
    assertThat(server.violations()).isEmpty();
    server.close();
  }

  @Test
  void aMailIsTakenAndNothingIsSaid() throws IOException {
    Caller jane = caller();

    assertThat(jane.sendmail("root", "a@x.org")).isEqualTo(new Ran(ExitCode.OK, "", ""));

    ReceivedMail mail = server.mails().getFirst();
    assertThat(mail.mailLine()).startsWith("MAIL FROM:<jane@host.example.org>");
    assertThat(mail.recipients()).containsExactly("root@peer.example.net", "a@x.org");
    assertThat(mail.text()).contains("From: Jane Doe <jane@host.example.org>\r\n");
    assertThat(jane.kept()).isEmpty();
  }

  @Test
  void wishesAreToldToTheServer() {
    assertThat(caller().sendmail("-N", "success", "-R", "full", "-Vid1", "-f<>", "a@x.org").code())
        .isEqualTo(ExitCode.OK);

    ReceivedMail mail = server.mails().getFirst();
    assertThat(mail.mailLine()).contains("FROM:<>", "RET=FULL", "ENVID=id1");
    assertThat(mail.rcptLines().getFirst()).contains("NOTIFY=SUCCESS");
  }

  @Test
  void asksForWhatItSaysWhenItIsVerbose() {
    assertThat(caller().sendmail("-v", "a@x.org").out()).startsWith("250 ");
  }

  @Test
  void eightBitsLeaveAsTheyAre() {
    byte[] text = "Subject: caf\u00e9\n\ncaf\u00e9\n".getBytes(UTF_8);
    server.close();
    server = ScriptedSmtpServer.start(Script.GOOD.offering(Extension.PIPELINING));

    assertThat(caller().sendmail(text, "a@x.org").code()).isEqualTo(ExitCode.OK);

    assertThat(new String(server.mails().getFirst().content(), UTF_8))
        .contains("\r\ncaf\u00e9\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "permfail@x.org, NO_USER",
    "permdata@x.org, UNAVAILABLE",
    "@x.org, NO_USER",
    "a@x.org -fpermfail@x.org, NO_PERMISSION",
    "a@x.org -fa@, UNAVAILABLE",
  })
  void aRefusalIsTheServersOwnWithACodeForIt(String arguments, ExitCode code) throws IOException {
    Caller jane = caller();
    Ran ran = jane.sendmail(arguments.split(" "));

    assertThat(ran.code()).isEqualTo(code);
    assertThat(ran.err()).startsWith("sendmail: ").contains(" is refused: 55").hasLineCount(1);
    assertThat(jane.kept()).isEmpty();
  }

  @Test
  void whoIsRefusedDoesNotSpoilItForOthers() throws IOException {
    Caller jane = caller();
    Ran ran = jane.sendmail("a@x.org", "permfail@x.org", "tempfail@x.org", "b@x.org");

    assertThat(ran.code()).isEqualTo(ExitCode.NO_USER);
    assertThat(ran.err()).contains("permfail@x.org").doesNotContain("tempfail", "a@x.org");
    assertThat(server.mails().getFirst().recipients()).containsExactly("a@x.org", "b@x.org");
    assertThat(jane.kept()).hasSize(1);
    assertThat(jane.sendmail("-bp").out()).contains("tempfail@x.org").doesNotContain("permfail");
  }

  @Test
  void whatIsNoAddressIsRefusedAlsoWhileTheServerIsAway() throws IOException {
    Caller jane = caller();
    jane.serverIsGone();
    Ran ran = jane.sendmail("root", "@x.org", "root@localhost");

    assertThat(ran.code()).isEqualTo(ExitCode.NO_USER);
    assertThat(ran.err()).contains("@x.org is refused: 553");
    assertThat(jane.sendmail("-bp").out())
        .contains(" root\n", " root@localhost")
        .doesNotContain(" @x.org");
  }

  @Test
  void nobodyNamedIsAMistakeAndTooMuchIsTheMails() {
    assertThat(caller().sendmail("-t").code()).isEqualTo(ExitCode.USAGE);
    assertThat(caller().sendmail(new byte[Draft.OCTETS_MAX + 1], "a@x.org").code())
        .isEqualTo(ExitCode.DATA_ERROR);
    assertThat(caller().sendmail("-bs").err()).contains("speak SMTP to the server itself");
    assertThat(server.connections()).isZero();
  }

  @Test
  void manyRecipientsGoInSeveralTransactions() {
    server.close();
    server = ScriptedSmtpServer.start(Script.GOOD.offering(Extension.LIMITS));

    assertThat(caller().sendmail("a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org").code())
        .isEqualTo(ExitCode.OK);

    assertThat(server.mails()).hasSize(3);
  }

  private Caller caller() {
    return new Caller(folder, server.port());
  }
}
