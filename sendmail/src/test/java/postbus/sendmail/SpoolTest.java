package postbus.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.sendmail.Caller.Ran;
import postbus.testkit.ReceivedMail;
import postbus.testkit.ScriptedSmtpServer;

/** While the server is away, mail waits on disk; later it goes out in its order, once. */
class SpoolTest {
  private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
  private final Caller jane;

  SpoolTest(@TempDir Path folder) {
    this.jane = new Caller(folder, server.port());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whatCameWhileTheServerWasAwayFollowsInOrder() throws IOException {
    away();
    for (String to : List.of("a@x.org", "root", "c@x.org")) {
      assertThat(jane.sendmail(to)).isEqualTo(new Ran(ExitCode.OK, "", ""));
    }
    assertThat(jane.sendmail("-q").code()).isEqualTo(ExitCode.OK);
    assertThat(jane.sendmail("-bp").out()).contains("a@x.org", "root", "c@x.org", "3 wait");

    back();
    assertThat(jane.sendmail("-q").code()).isEqualTo(ExitCode.OK);

    assertThat(server.mails())
        .flatExtracting(ReceivedMail::recipients)
        .containsExactly("a@x.org", "root@peer.example.net", "c@x.org");
    assertThat(server.connections()).isOne();
    assertThat(jane.kept()).isEmpty();
    assertThat(jane.sendmail("-bp").out()).isEqualTo("Mail queue is empty\n");
  }

  @Test
  void aNewMailTriesNothingOld() throws IOException {
    away();
    jane.sendmail("a@x.org");
    back();
    jane.sendmail("b@x.org");

    assertThat(server.mails().getFirst().recipients()).containsExactly("b@x.org");
    assertThat(jane.kept()).hasSize(1);
  }

  @Test
  void whoIsPutOffWaitsAlone() throws IOException {
    away();
    jane.sendmail("a@x.org", "tempfail@x.org");
    back();
    jane.sendmail("-q");
    jane.sendmail("-q");

    assertThat(server.mails()).hasSize(1);
    assertThat(jane.sendmail("-bp").out()).contains("tempfail@x.org").doesNotContain(" a@x.org");
  }

  @Test
  void whatIsRefusedGoesBackToItsSender() throws IOException {
    away();
    jane.sendmail("-f", "me@y.org", "permfail@x.org", "a@x.org");
    back();
    Ran ran = jane.sendmail("-q");
    jane.sendmail("-q");

    assertThat(ran.err()).contains("of <me@y.org> is refused: permfail@x.org: 550");
    assertThat(server.mails()).hasSize(2);
    ReceivedMail report = server.mails().getLast();
    assertThat(report.mailLine()).contains("FROM:<>");
    assertThat(report.recipients()).containsExactly("me@y.org");
    assertThat(report.text())
        .contains(
            "Final-Recipient: rfc822; permfail@x.org", "\r\nSubject: hi\r\n", "\r\n\r\nbody\r\n")
        .doesNotContain("rfc822; a@x.org");
    assertThat(jane.kept()).isEmpty();
  }

  @Test
  void whatNobodyCanBeToldOfIsKept() throws IOException {
    away();
    jane.sendmail("-f", "<>", "permfail@x.org");
    jane.sendmail("-N", "never", "permfail@x.org");
    back();
    jane.sendmail("-q");
    jane.sendmail("-q");

    assertThat(server.mails()).isEmpty();
    assertThat(jane.spool().refusedMails()).hasSize(2);
    assertThat(jane.sendmail("-bp").out())
        .contains("refused: permfail@x.org: 550", "2 are refused");
  }

  @Test
  void whatIsPutOffForTooLongIsRefused() throws IOException {
    jane.sendmail("tempfail@x.org", "-f", "me@y.org");
    Path file = jane.kept().getFirst();
    Files.move(file, file.resolveSibling("000000" + file.getFileName().toString().substring(6)));
    jane.sendmail("-q");
    jane.sendmail("-q");

    assertThat(server.mails()).hasSize(1);
    assertThat(server.mails().getFirst().recipients()).containsExactly("me@y.org");
  }

  @Test
  void aMailThatBreaksConnectionsIsInNobodysWay() throws IOException {
    jane.sendmail("drop@x.org");
    away();
    jane.sendmail("b@x.org");
    back();
    jane.sendmail("-q");

    assertThat(server.mails()).hasSize(1);
    assertThat(jane.kept()).hasSize(1);
  }

  @Test
  void whoIsKilledBetweenTheServersWordAndItsRecordSubmitsThatMailAgain() throws IOException {
    away();
    jane.sendmail("a@x.org");
    back();
    Path file = jane.kept().getFirst();
    byte[] octets = Files.readAllBytes(file);
    jane.sendmail("-q");
    // As if the kill had come before the file was deleted.
    Files.write(jane.spool().queue().resolve(jane.user().uid() + "." + file.getFileName()), octets);
    jane.sendmail("-q");

    assertThat(server.mails()).hasSize(2);
    assertThat(jane.kept()).isEmpty();
  }

  private void away() {
    jane.serverIsGone();
  }

  private void back() {
    jane.serverIsAt(server.port());
  }
}
