package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An alias that leads to a mailbox and to commands. */
class PipedMailIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String TEXT = "Subject: for both\r\n\r\nhello";
  @TempDir Path folder;

  @Test
  void theMailboxAndTheCommandGetTheMailAndACommandThatIsNotAllowedDoesNot() throws Exception {
    permit(folder, "rwxr-xr-x");
    Path seen = permit(Files.createDirectory(folder.resolve("seen")), "rwxrwxrwx");
    Path handler =
        script("handler", "echo \"$* $RECIPIENT\" > " + seen + "/words; cat > " + seen + "/mail");
    Path other = script("other", "touch " + seen + "/other");
    TestSite site =
        TestSite.in(folder, 9)
            .with("\nsessions:", "\npipes:\n  both: {command: " + handler + "}\nsessions:");
    Files.writeString(
        site.folder().resolve("aliases/wikimedia.org"),
        "\nboth: jimbo, |" + handler + " --list both, |" + other + "\n",
        StandardOpenOption.APPEND);
    try (RunningPostbus _ = RunningPostbus.start(site, folder.resolve("data"));
        Dialogue outsider =
            Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort())) {
      String id = Dialogue.idIn(outsider.mail("a@example.org", "both@wikimedia.org", TEXT));

      await().atMost(LIMIT).until(() -> inMailboxes(id).size() == 1);
      await().atMost(LIMIT).until(() -> story(id).contains("|" + handler));
      await().atMost(LIMIT).until(() -> story(id).contains("the site does not allow"));
      assertThat(seen.resolve("words")).hasContent("--list both both@wikimedia.org");
      assertThat(Files.readString(seen.resolve("mail")))
          .startsWith("Return-Path: <a@example.org>\nDelivered-To: both@wikimedia.org\n")
          .contains("id " + id)
          .endsWith("\nSubject: for both\n\nhello\n");
      assertThat(Files.readString(inMailboxes(id).getFirst())).endsWith(TEXT + "\r\n");
      assertThat(seen.resolve("other")).doesNotExist();
    }
  }

  private String story(String id) throws IOException, InterruptedException {
    return Operator.prints("trace", id, "--data", folder + "/data");
  }

  private List<Path> inMailboxes(String id) throws IOException {
    Path mailboxes = folder.resolve("data/mail");
    if (!Files.exists(mailboxes)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(mailboxes)) {
      return all.filter(path -> path.toString().matches(".*/new/[^/]*" + id + "[^/]*")).toList();
    }
  }

  private Path script(String name, String line) throws IOException {
    return permit(
        Files.writeString(folder.resolve(name), "#!/bin/sh\n" + line + "\n"), "r-xr-xr-x");
  }

  private static Path permit(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
