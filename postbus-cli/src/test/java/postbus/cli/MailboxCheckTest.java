package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.SiteReader;
import postbus.testkit.ScriptedSmtpServer;

class MailboxCheckTest {
  @TempDir private Path folder;

  @Test
  void aServerOfMailboxesThatIsAwayIsNamed() throws Exception {
    for (String name : new String[] {"postbus.yaml", "accounts", "local-domains"}) {
      Files.copy(Path.of("../site").resolve(name), folder.resolve(name));
    }
    Files.copy(Path.of("../site/legacy-mailing-lists"), folder.resolve("legacy-mailing-lists"));
    Files.createDirectory(folder.resolve("aliases"));
    assertThat(trouble()).as("nobody is to be asked").isEmpty();

    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Files.writeString(
          folder.resolve("postbus.yaml"),
          "\nmailboxes: {deliver-by: lmtp, lmtp: '127.0.0.1:%d'}\n".formatted(server.port()),
          StandardOpenOption.APPEND);
      assertThat(trouble()).isEmpty();
    }
    assertThat(trouble().orElseThrow()).startsWith("mailboxes: 127.0.0.1:").contains("no mail: ");
  }

  private Optional<String> trouble() throws Exception {
    return new MailboxCheck(Duration.ofSeconds(5)).of(SiteReader.readSettings(folder));
  }
}
