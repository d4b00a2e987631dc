package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of deploy/backup, by folders as a Postbus has them that does not run. */
class BackupScriptTest {
  private static final int WAIT_SECONDS = 60;

  /** Owns Kafka's lock as a JVM does, tells so, and waits to be killed. */
  private static final String OWNER =
      "my $lock = pack 's s x![q] q q i x![q]', F_WRLCK, 0, 0, 0, 0;"
          + " open F, '+<', $ARGV[0] or die; fcntl F, F_SETLK, $lock or die;"
          + " $| = 1; print \"locked\\n\"; sleep 60";

  @TempDir private Path folder;
  private Path home;

  @BeforeEach
  void aPostbus() throws IOException {
    home = folder.resolve("data/mail/example.org/jane");
    Files.createDirectories(folder.resolve("site"));
    Files.createDirectories(folder.resolve("data/kafka"));
    Files.createDirectories(home.resolve("Maildir/.Old/cur"));
    Files.writeString(folder.resolve("data/kafka/.lock"), "");
    Files.writeString(folder.resolve("site/postbus.yaml"), "listeners: {}\n");
    Files.writeString(home.resolve("Maildir/.Old/cur/1.a.b:2,S"), "old\n");
    Files.writeString(home.resolve(".dovecot.sieve"), "discard;\n");
  }

  @Test
  void whatWasDeletedDoesNotComeBackAndMailboxesGoWhereTheyBelong() throws Exception {
    Path first = backUp(List.of());
    assertThat(first.resolve("data/mail/example.org/jane/.dovecot.sieve")).exists();
    Files.delete(home.resolve(".dovecot.sieve"));
    Files.delete(home.resolve("Maildir/.Old/cur/1.a.b:2,S"));
    Files.delete(home.resolve("Maildir/.Old/cur"));
    Files.delete(home.resolve("Maildir/.Old"));
    Files.createDirectory(home.resolve("Maildir/new"));
    Files.writeString(home.resolve("Maildir/new/2.a.b"), "new\n");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !first.endsWith(name(LocalDateTime.now()))); // names are of seconds
    Path second = backUp(List.of("--daily", "2"));

    Path restored = folder.resolve("restored");
    List<String> places =
        Stream.of("site", "data", "mail")
            .flatMap(part -> Stream.of("--" + part, restored.resolve(part).toString()))
            .toList();
    run(0, command("restore", places, second.toString()));
    assertThat(restored.resolve("data/mail")).doesNotExist();
    assertThat(restored.resolve("data/kafka")).isDirectory();
    try (Stream<Path> files = Files.walk(restored.resolve("mail"))) {
      assertThat(files.map(path -> restored.resolve("mail").relativize(path).toString()))
          .containsExactlyInAnyOrder(
              "",
              "example.org",
              "example.org/jane",
              "example.org/jane/Maildir",
              "example.org/jane/Maildir/new",
              "example.org/jane/Maildir/new/2.a.b");
    }
  }

  /** As root it would be root's, and no mail could be written into it. */
  @Test
  void whereThereAreNoMailboxesYetTheirFolderIsNotMade() throws Exception {
    Path mailboxes = folder.resolve("data/mail");
    Files.move(mailboxes, folder.resolve("elsewhere"));

    Path backup = backUp(List.of());

    assertThat(mailboxes).doesNotExist();
    List<String> places =
        Stream.of("site", "data", "mail")
            .flatMap(part -> Stream.of("--" + part, folder.resolve("restored/" + part).toString()))
            .toList();
    run(0, command("restore", places, backup.toString()));
    assertThat(run(1, backup(List.of("--mail", mailboxes.toString())).toArray(String[]::new)))
        .contains("there is no folder " + mailboxes);
  }

  @Test
  void aPostbusThatStandsStillIsWokenAndOneThatCannotBeSeenIsNotCopied() throws Exception {
    Path lock = folder.resolve("data/kafka/.lock");
    Process owner = new ProcessBuilder("perl", "-MFcntl", "-e", OWNER, lock.toString()).start();
    try {
      assertThat(owner.inputReader().readLine()).isEqualTo("locked");
      run(0, "kill", "-STOP", String.valueOf(owner.pid()));
      await().atMost(Duration.ofSeconds(30)).until(() -> state(owner).equals("T"));
      run(0, command("backup", List.of("--data", folder.resolve("data").toString()), "--resume"));
      assertThat(state(owner)).isNotEqualTo("T");

      String[] other = {"unshare", "--pid", "--fork", "--mount-proc"};
      Process unshare = new ProcessBuilder("unshare", "--pid", "--fork", "true").start();
      assumeThat(unshare.waitFor()).as("may make namespaces").isZero();
      List<String> unseen = new ArrayList<>(List.of(other));
      unseen.addAll(backup(List.of()));
      assertThat(run(1, unseen.toArray(String[]::new))).contains("in another container");
    } finally {
      owner.destroyForcibly().waitFor();
    }
  }

  private static String name(LocalDateTime time) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss").format(time);
  }

  private static String state(Process process) throws IOException {
    String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[0];
  }

  private Path backUp(List<String> more) throws Exception {
    String said = run(0, backup(more).toArray(String[]::new));
    return Path.of(said.substring("backup: ".length(), said.indexOf(" is whole")));
  }

  private List<String> backup(List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            Stream.of("site", "data")
                .flatMap(part -> Stream.of("--" + part, folder.resolve(part).toString()))
                .toList());
    arguments.addAll(more);
    return List.of(command("backup", arguments, "--to", folder.resolve("backups").toString()));
  }

  private static String[] command(String script, List<String> arguments, String... first) {
    Path program = TestSite.checkout().resolve("deploy/backup").resolve(script);
    return Stream.of(Stream.of(program.toString()), Stream.of(first), arguments.stream())
        .flatMap(part -> part)
        .toArray(String[]::new);
  }

  private static String run(int status, String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(status);
    return said;
  }
}
