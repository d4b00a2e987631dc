package postbus.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.ReceivedMail;
import postbus.testkit.ScriptedSmtpServer;

/**
 * A mail to several of whom not all are taken, on a disk that has no room for another file at one
 * moment, or where the run is killed then. What would be written meets something in its place.
 */
class FullDiskTest {
  private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
  private final Caller jane;

  FullDiskTest(@TempDir Path folder) {
    this.jane = new Caller(folder, server.port());
  }

  @BeforeEach
  void aMailWaits() {
    jane.serverIsGone();
    jane.sendmail("-f", "<>", "a@x.org", "permfail@x.org", "tempfail@x.org");
    jane.sendmail("-q");
    jane.serverIsAt(server.port());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void fromTheServersWordOnNothingInTheQueueWantsRoom() throws IOException {
    obstruct(mail() + ".new");

    jane.sendmail("-q");
    jane.sendmail("-q");

    assertThat(taken()).containsExactly("a@x.org");
    assertThat(waiting()).containsExactly("tempfail@x.org");
    assertThat(jane.spool().refusedMails()).hasSize(1);
  }

  @Test
  void whereItCannotBeNotedWhoHasAMailItIsNotSubmitted() throws IOException {
    Files.delete(note());
    Path obstacle = obstruct(mail() + ".note.new");
    assertThat(jane.sendmail("-q").err()).contains("waits, as it cannot be noted who has it");
    assertThat(taken()).isEmpty();

    clear(obstacle);
    jane.sendmail("-q");
    assertThat(taken()).containsExactly("a@x.org");
  }

  @Test
  void withoutRoomForARefusalWhoIsRefusedWaitsAndNobodyHasItTwice() throws IOException {
    Path refused = jane.spool().refused();
    Files.delete(refused);
    Files.createFile(refused);

    assertThat(jane.sendmail("-q").code()).isNotEqualTo(ExitCode.OK);
    assertThat(waiting()).containsExactly("permfail@x.org", "tempfail@x.org");

    Files.delete(refused);
    Files.createDirectory(refused);
    jane.sendmail("-q");
    assertThat(taken()).containsExactly("a@x.org");
    assertThat(waiting()).containsExactly("tempfail@x.org");
  }

  @Test
  void aKillBetweenTheNoteAndTheEndOfTheMailCostsNothing() throws IOException {
    Files.write(note(), new byte[] {'d', 'd', 'd'});
    jane.sendmail("-q");
    assertThat(taken()).isEmpty();
    assertThat(jane.kept()).isEmpty();
  }

  @Test
  void aKillBetweenTheEndsOfTheMailAndOfItsNoteLeavesNoNote() throws IOException {
    Path note = note();
    Files.delete(note.resolveSibling(mail()));
    jane.sendmail("-q");
    assertThat(note).doesNotExist();
  }

  @Test
  void aKillWhileTheNoteIsWrittenPutsNoMailOff() throws IOException {
    Files.delete(note());
    Path begun = Files.createFile(jane.spool().queue().resolve(mail() + ".note.new"));

    jane.sendmail("-q");

    assertThat(taken()).containsExactly("a@x.org");
    assertThat(begun).doesNotExist();
  }

  @Test
  void whatIsPutAsideHasItsNoteWithItSoThatNobodyGetsItTwice() throws IOException {
    jane.sendmail("-q");
    Path queue = jane.spool().queue();
    Path refused = jane.spool().refused();
    String name = mail();
    Path other = Files.createLink(queue.resolve("other"), queue.resolve(name));
    jane.sendmail("-q");
    assertThat(jane.spool().waiting()).isEmpty();

    Files.delete(other);
    for (String each : List.of(name, name + ".note")) {
      Files.move(refused.resolve(each), queue.resolve(each));
    }
    jane.sendmail("-q");
    assertThat(taken()).containsExactly("a@x.org");
    assertThat(waiting()).containsExactly("tempfail@x.org");
  }

  private String mail() throws IOException {
    return jane.spool().waiting().getFirst().getFileName().toString();
  }

  private Path note() throws IOException {
    return jane.spool().queue().resolve(mail() + ".note");
  }

  private List<String> waiting() throws IOException {
    Path file = jane.spool().waiting().getFirst();
    Submission mail = ((SpoolFile.Read.Whole) Spool.read(file)).file().mail();
    return new SpoolNote(file, mail.recipients()).left();
  }

  private List<String> taken() {
    return server.mails().stream()
        .map(ReceivedMail::recipients)
        .flatMap(List::stream)
        .map(Object::toString)
        .toList();
  }

  private Path obstruct(String name) throws IOException {
    Path obstacle = jane.spool().queue().resolve(name);
    Files.createDirectories(obstacle.resolve("in the way"));
    return obstacle;
  }

  private static void clear(Path obstacle) throws IOException {
    Files.delete(obstacle.resolve("in the way"));
    Files.delete(obstacle);
  }
}
