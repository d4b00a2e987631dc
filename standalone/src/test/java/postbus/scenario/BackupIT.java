package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/**
 * Postbus is backed up under load, lost, and restored elsewhere. Every mail that got its 250 before
 * the backup began is delivered or in its mailbox; one that had been delivered by then is not
 * delivered again, but for those on the wire.
 */
class BackupIT {
  private static final int FIRST = 250;
  private static final int CLIENTS = 6;
  private static final int SCRIPT_SECONDS = 60;
  private static final Script BUSY = Script.GOOD.slowness(Duration.ofSeconds(60));
  @TempDir Path folder;

  @Test
  void whatGotIts250BeforeTheBackupIsThereAfterTheRestore() throws Exception {
    try (ScriptedSmtpServer world = ScriptedSmtpServer.start()) {
      Before before = loseIt(world);
      damagedOnesAreNotRestored();
      run(0, "restore", restoration());
      arriveElsewhere(before, world);
      Map<Integer, Long> times = Arrivals.at(world).times();
      long again = before.delivered.stream().filter(number -> times.get(number) > 1).count();
      assertThat(again).as("delivered again").isLessThanOrEqualTo(before.sessionsOut);
    }
  }

  /** What there was when the backup began. */
  private record Before(
      TestSite site,
      Set<Integer> accepted,
      Set<Integer> delivered,
      int sessionsOut,
      int busyPort) {}

  private Before loseIt(ScriptedSmtpServer world) throws Exception {
    try (ScriptedSmtpServer busy = ScriptedSmtpServer.start(BUSY)) {
      TestSite site = site(world, busy);
      try (NumberedMails load = new NumberedMails(site);
          RunningPostbus postbus = RunningPostbus.start(site, folder.resolve("data"))) {
        for (int i = 0; i < CLIENTS; i++) {
          load.from(TestSite.APP_SERVER, BackupIT::recipient);
        }
        awaitAccepted(load, FIRST);
        Path unread = Files.createDirectories(maildir("data", "new")).resolve("1.unread.host");
        Files.writeString(unread, "Subject: old\n\n");
        assertThat(backUp()).startsWith("backup: ");
        Files.createDirectories(maildir("data", "cur"));
        Files.move(unread, maildir("data", "cur").resolve("1.unread.host:2,S"));
        awaitAccepted(load, load.accepted().size() + FIRST);
        int sessionsOut = world.openConnections();
        Set<Integer> delivered = Arrivals.at(world).times().keySet();
        Set<Integer> accepted = Set.copyOf(load.accepted().keySet());
        backUp();
        postbus.kill9();
        load.end();
        return new Before(site, accepted, delivered, sessionsOut, busy.port());
      }
    }
  }

  /** There, who was busy is not. */
  private void arriveElsewhere(Before before, ScriptedSmtpServer world) throws Exception {
    TestSite there =
        new TestSite(
            elsewhere("site"), TestSite.THIS_HOST, before.site.mxPort(), before.site.wikiPort());
    try (ScriptedSmtpServer idle =
            ScriptedSmtpServer.start(Script.GOOD, world.address(), before.busyPort);
        RunningPostbus _ = RunningPostbus.start(there, elsewhere("data"))) {
      await()
          .atMost(Duration.ofSeconds(120))
          .untilAsserted(() ->
              assertThat(
                      Arrivals.at(world, idle)
                          .and(Arrivals.inMailboxes(elsewhere("data")))
                          .times()
                          .keySet())
                  .containsAll(before.accepted));
    }
    assertThat(Arrivals.inMailboxes(elsewhere("data")).doubled()).isZero();
    assertThat(maildir("elsewhere/data", "cur")).isDirectoryContaining("glob:**unread.host:2,S");
    assertThat(maildir("elsewhere/data", "new")).isDirectoryNotContaining("glob:**unread*");
  }

  private static String recipient(int number) {
    return switch (number % 3) {
      case 0 -> "jimbo@wikimedia.org";
      case 1 -> "user@load.example";
      default -> "slow@busy.example";
    };
  }

  private TestSite site(ScriptedSmtpServer world, ScriptedSmtpServer busy) throws Exception {
    String smartHost = "smart-host: 127.0.0.1:" + world.port();
    return TestSite.in(folder, world.port())
        .with(smartHost, smartHost + "\nroutes:\n  busy.example: 127.0.0.1:" + busy.port());
  }

  private static void awaitAccepted(NumberedMails load, int mails) {
    await().atMost(Duration.ofSeconds(120)).until(() -> load.accepted().size() >= mails);
  }

  private Path maildir(String data, String part) {
    return folder.resolve(data).resolve("mail/wikimedia.org/jimbo/Maildir").resolve(part);
  }

  private Path elsewhere(String part) {
    return folder.resolve("elsewhere").resolve(part);
  }

  private String backUp() throws Exception {
    List<String> command = new ArrayList<>(List.of("--to", folder.resolve("backups").toString()));
    command.addAll(List.of("--site", folder.resolve("site").toString(), "--daily", "1"));
    command.addAll(List.of("--data", folder.resolve("data").toString(), "--weekly", "1"));
    return run(0, "backup", command);
  }

  /** The second one has taken the place of the first: they are of the same day. */
  private Path backup() throws Exception {
    try (Stream<Path> all = Files.list(folder.resolve("backups"))) {
      List<Path> backups = all.filter(path -> !path.endsWith(".lock")).toList();
      assertThat(backups).hasSize(1);
      return backups.getFirst();
    }
  }

  private void damagedOnesAreNotRestored() throws Exception {
    Path file = backup().resolve("site/local-domains");
    String text = Files.readString(file);
    Files.writeString(file, text.replace('w', 'v'));
    String said = run(1, "restore", restoration());
    Files.writeString(file, text);

    assertThat(said).contains("local-domains: FAILED", "is damaged; nothing was restored");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  private List<String> restoration() throws Exception {
    String site = elsewhere("site").toString();
    String data = elsewhere("data").toString();
    return List.of(backup().toString(), "--site", site, "--data", data);
  }

  private String run(int status, String script, List<String> arguments) throws Exception {
    Path program = TestSite.checkout().resolve("deploy/backup").resolve(script);
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(SCRIPT_SECONDS, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output);
    assertThat(process.exitValue()).as(said).isEqualTo(status);
    return said;
  }
}
