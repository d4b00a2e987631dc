package postbus.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;

/** The file of accounts while it is edited. */
class AccountFileTest {
  @TempDir Path folder;
  private AccountFile accounts;

  @BeforeEach
  void open() {
    accounts = new AccountFile(folder);
  }

  @Test
  void anAccountIsFoundWhateverItsCaseAndQuotes() throws IOException {
    write("jane@example.org:x\n");
    for (String address : new String[] {"Jane@EXAMPLE.org", "\"jane\"@example.org"}) {
      assertThat(find(address)).isInstanceOf(AccountAnswer.Found.class);
    }
    assertThat(find("jack@example.org")).isInstanceOf(AccountAnswer.Unknown.class);
    assertThat(find("jane@example.net")).isInstanceOf(AccountAnswer.Unknown.class);
  }

  @Test
  void aSavedEditCountsAtOnce() throws IOException {
    write("jane@example.org:x\n");
    assertThat(find("jack@example.org")).isInstanceOf(AccountAnswer.Unknown.class);
    write("jack@example.org:x\n");
    soon().until(() -> find("jack@example.org") instanceof AccountAnswer.Found);
    assertThat(find("jane@example.org")).isInstanceOf(AccountAnswer.Unknown.class);
  }

  @Test
  void whileThereIsNoFileNobodyKnows() throws IOException {
    assertThat(find("jane@example.org")).isInstanceOf(AccountAnswer.Away.class);
    write("jane@example.org:x\n");
    soon().until(() -> find("jane@example.org") instanceof AccountAnswer.Found);
  }

  @Test
  void aFileThatTurnsWrongOrGoesKeepsItsLastGoodVersion() throws IOException {
    write("jane@example.org:x\n");
    assertThat(find("jane@example.org")).isInstanceOf(AccountAnswer.Found.class);
    Files.write(folder.resolve("accounts"), new byte[] {'#', (byte) 0xe9, '\n'});
    await()
        .during(Duration.ofMillis(700))
        .until(() -> find("jane@example.org") instanceof AccountAnswer.Found);
    Files.delete(folder.resolve("accounts"));
    await()
        .during(Duration.ofMillis(700))
        .until(() -> find("jane@example.org") instanceof AccountAnswer.Found);
  }

  private AccountAnswer find(String address) {
    return accounts.find(EmailAddress.of(address));
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("accounts"), text);
  }

  private static org.awaitility.core.ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(10));
  }
}
