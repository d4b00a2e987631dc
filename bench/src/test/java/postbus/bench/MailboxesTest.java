package postbus.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailboxesTest {
  @TempDir private Path root;

  @Test
  void mailsAreCountedAndToldApart() throws IOException {
    Mailboxes mailboxes = new Mailboxes(root);
    arrives("m0", 7);
    arrives("m19", 8);
    arrives("somebody", 9);

    assertThat(mailboxes.count()).isEqualTo(2);
    assertThat(mailboxes.numbers()).containsExactlyInAnyOrder(7, 8);
    assertThat(mailboxes.last()).isEqualTo(Files.getLastModifiedTime(folder("m19")).toInstant());
    MailboxTurns.tellApart(mailboxes);
  }

  @Test
  void aMailThatIsThereTwiceIsFound() throws IOException {
    arrives("m0", 7);
    arrives("m1", 7);

    assertThatThrownBy(() -> MailboxTurns.tellApart(new Mailboxes(root)))
        .hasMessageContaining("twice");
  }

  @Test
  void aMailHasItsSize() {
    assertThat(Mailboxes.text(12_345, 5_000)).hasSize(5_000);
  }

  private void arrives(String user, int number) throws IOException {
    Path folder = Files.createDirectories(folder(user));
    Files.write(folder.resolve("mail"), Mailboxes.text(number, 500));
  }

  private Path folder(String user) {
    return root.resolve(Path.of("mail", Relay.DOMAIN, user, "Maildir/new"));
  }
}
