package postbus.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.MailId;
import postbus.sendmail.Caller.Ran;
import postbus.testkit.ScriptedSmtpServer;

/** What other users of this machine could put into the spool, and what becomes of it. */
class HostileSpoolTest {
  private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
  private final Caller jane;
  private final Path folder;

  HostileSpoolTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.jane = new Caller(folder, server.port());
    Files.createDirectory(jane.dropped());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void nobodyButTheirOwnerListsWhatUsersDrop() throws IOException {
    jane.sendmail("tempfail@x.org");

    assertThat((int) Files.getAttribute(jane.spool().drop(), "unix:mode") & 07777).isEqualTo(03733);
    assertThat((int) Files.getAttribute(jane.spool().folder(), "unix:mode") & 07777)
        .isEqualTo(0711);
    assertThat((int) Files.getAttribute(jane.spool().queue(), "unix:mode") & 07777).isEqualTo(0700);
  }

  @Test
  void aFolderThatBelongsToSomebodyElseTakesNoMailOfMine() throws IOException {
    LocalUser other = new LocalUser("mallory", 4711, "");
    Files.createDirectory(jane.spool().drop().resolve("4711"));

    assertThat(new Drop(jane.settings().spool(), other).put(Caller.mail("a@x.org", "b@x.org")))
        .isInstanceOfSatisfying(
            Drop.Kept.Not.class, not -> assertThat(not.why()).contains("belongs to somebody else"));

    assertThat(jane.sendmail("-q").err()).contains("4711 is not of the user");
    assertThat(jane.spool().drop().resolve("4711")).doesNotExist();
    assertThat(jane.sendmail("-q").err()).isEmpty();
  }

  @Test
  void aLinkInsteadOfAFolderIsNotFollowed() throws IOException {
    Path treasure = Files.createDirectory(folder.resolve("treasure"));
    Path jewel = Files.writeString(treasure.resolve(MailId.next().toString()), "secret");
    Files.delete(jane.dropped());
    Files.createSymbolicLink(jane.dropped(), treasure);
    jane.serverIsGone();

    assertThat(jane.sendmail("a@x.org").code()).isEqualTo(ExitCode.TEMPORARY_FAILURE);
    jane.sendmail("-q");

    assertThat(jewel).hasContent("secret");
    assertThat(treasure).isDirectoryContaining(path -> path.equals(jewel));
  }

  @Test
  void linksPipesAndFilesWithSeveralNamesAreNoMails() throws Exception {
    Path mine =
        Files.write(folder.resolve("mine"), SpoolFile.of(Caller.mail("", "a@x.org")).envelope());
    Files.createSymbolicLink(name(), mine);
    Files.createLink(name(), mine);
    Files.createDirectory(name());
    Path pipe = name();
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(60, TimeUnit.SECONDS))
        .isTrue();

    jane.sendmail("-q");

    assertThat(server.mails()).isEmpty();
    assertThat(jane.spool().refusedMails()).hasSize(4);
    assertThat(jane.sendmail("-bp").out()).contains("is no mail: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "root:x:0:0\n",
        "postbus-sendmail 1\n\n",
        "postbus-sendmail 2\nrecipient a\n\nx\r\n",
        "postbus-sendmail 1\nrecipient a@x.org\noctets 9\n\nx\r\n",
        "postbus-sendmail 1\nrecipient a@x.org\noctets 3\n\nx\n\n",
        "postbus-sendmail 1\nrecipient a@x.org\noctets 3\n\n\r\rx",
        "postbus-sendmail 1\nrecipient a@x.org\rDATA\noctets 3\n\nx\r\n",
        "postbus-sendmail 1\nrecipient a@x.org\nnotify NEVER,DELAY\noctets 3\n\nx\r\n",
        "postbus-sendmail 1\nrecipient a@x.org\nenvid a b\noctets 3\n\nx\r\n",
        "postbus-sendmail 1\nrecipient a@x.org\nodd value\noctets 3\n\nx\r\n",
        "postbus-sendmail 1\nrecipient a@x.org\noctets 99999999999\n\nx\r\n",
      })
  void whatIsNoMailIsPutAsideAndStopsNoOther(String text) throws IOException {
    Files.writeString(name(), text);
    jane.sendmail("tempfail@x.org", "a@x.org");
    Ran ran = jane.sendmail("-q");

    assertThat(ran.err()).contains("is no mail");
    assertThat(jane.spool().refusedMails()).hasSize(1);
    assertThat(jane.spool().waiting()).hasSize(1);
  }

  @Test
  void aFileLargerThanAnyMailIsNotRead() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(name().toFile(), "rw")) {
      sparse.setLength(40L << 30);
    }
    assertThat(jane.sendmail("-q").err()).contains("it is too large");
  }

  @Test
  void whatCannotBePutAsideStopsNoOther() throws IOException {
    Path odd = Files.createDirectory(name());
    String claimed = jane.user().uid() + "." + odd.getFileName();
    Path taken = jane.spool().refused().resolve(claimed);
    Files.createDirectories(taken.resolve("not empty"));
    jane.serverIsGone();
    jane.sendmail("a@x.org");
    jane.serverIsAt(server.port());

    assertThat(jane.sendmail("-q").err()).contains("is no mail", "stays: ");
    assertThat(server.mails()).hasSize(1);
  }

  @Test
  void namesThatAreNoneOfOursStay() throws IOException {
    Path odd = Files.writeString(jane.dropped().resolve("..."), "odd");
    Path unfinished = Files.writeString(jane.dropped().resolve("x.new"), "odd");
    Files.writeString(jane.spool().drop().resolve("file"), "odd");

    assertThat(jane.sendmail("-q").code()).isEqualTo(ExitCode.OK);

    assertThat(odd).exists();
    assertThat(unfinished).exists();
  }

  @Test
  void aUserMayHaveSoManyMailsWaitingAndNoMore() throws IOException {
    jane.serverIsGone();
    for (int i = 0; i < Drop.MAILS_MAX; i++) {
      Files.createFile(name());
    }
    Ran ran = jane.sendmail("a@x.org");

    assertThat(ran.code()).isEqualTo(ExitCode.TEMPORARY_FAILURE);
    assertThat(ran.err()).contains("a@x.org not sent", "is full: 1000 mails");
  }

  @Test
  void theQueueHoldsNoMoreOfOneUserAndWhatIsLeftStaysWhereHeDroppedIt() throws IOException {
    jane.serverIsGone();
    Path queue = jane.spool().queue();
    for (int i = 1; i < Drop.MAILS_MAX; i++) {
      Files.createFile(queue.resolve(jane.user().uid() + "." + MailId.next()));
    }
    Files.createFile(name());
    Files.createFile(name());
    jane.sendmail("-bp");

    assertThat(jane.spool().waiting()).hasSize(Drop.MAILS_MAX);
    assertThat(jane.dropped()).isDirectoryContaining(mail -> Spool.isMail(mail));
    try (RandomAccessFile large = new RandomAccessFile(name().toFile(), "rw")) {
      large.setLength(Drop.OCTETS_MAX);
    }
    assertThat(jane.sendmail("a@x.org").err()).contains("is full");
  }

  @Test
  void whoDoesNotOwnTheSpoolMakesNothingThereAndSeesAllThatHeMay() throws IOException {
    jane.serverIsGone();
    jane.sendmail("a@x.org");
    LocalUser root = new LocalUser("root", 4711, "");
    StringWriter out = new StringWriter();
    Sendmail program =
        new Sendmail(
            root,
            jane.settings(),
            InputStream.nullInputStream(),
            new PrintWriter(out, true),
            new PrintWriter(out, true));
    assertThat(program.run("mailq", List.of())).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("a@x.org");
    for (String made : new String[] {"queue", "refused"}) {
      Files.delete(jane.settings().spool().resolve(made));
    }
    assertThat(program.run("sendmail", List.of("-q"))).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(jane.spool().queue()).doesNotExist();
  }

  @Test
  void withoutASpoolTheCallerKeepsTheMail() throws IOException {
    jane.serverIsGone();
    for (String part : new String[] {"drop/" + jane.user().uid(), "drop"}) {
      Files.delete(jane.settings().spool().resolve(part));
    }
    Ran ran = jane.sendmail("a@x.org");

    assertThat(ran.code()).isEqualTo(ExitCode.TEMPORARY_FAILURE);
    assertThat(ran.err()).contains("there is no spool", "sendmail -q makes it");
  }

  private Path name() {
    return jane.dropped().resolve(MailId.next().toString());
  }
}
