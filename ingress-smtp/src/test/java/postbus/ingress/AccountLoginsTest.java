package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.accounts.Accounts;
import postbus.accounts.PasswordHash;
import postbus.ingress.LoginAnswer.Away;
import postbus.ingress.LoginAnswer.MayNotLogIn;
import postbus.ingress.LoginAnswer.Welcome;
import postbus.ingress.LoginAnswer.WrongPassword;
import postbus.site.Site;

/** The file of accounts says who people are. */
class AccountLoginsTest {
  private static final String HASH = PasswordHash.make("secret".getBytes(UTF_8));

  @TempDir private Path folder;
  private AccountLogins logins = new AccountLogins(_ -> null);

  @BeforeEach
  void accounts() throws IOException {
    Files.writeString(
        folder.resolve("accounts"),
        """
        Jane@example.org:%s::::::
        closed@example.org:%s::::::nologin
        nobody@example.org:::::::
        odd@example.org:{ROT13}frperg::::::
        """
            .formatted(HASH, HASH));
    Site site = Sites.speakingTls(Sites.small(), folder);
    logins = new AccountLogins(Accounts.of(site));
  }

  @Test
  void whoKnowsThePasswordIsWelcome() {
    assertThat(ask("jane@example.org", "secret")).isEqualTo(new Welcome("jane@example.org"));
    assertThat(ask("JANE@EXAMPLE.org", "secret")).isEqualTo(new Welcome("jane@example.org"));
  }

  @Test
  void whoDoesNotIsNot() {
    assertThat(ask("jane@example.org", "Secret")).isEqualTo(new WrongPassword());
    assertThat(ask("jim@example.org", "secret")).isEqualTo(new WrongPassword());
    assertThat(ask("nobody@example.org", "secret")).isEqualTo(new WrongPassword());
    assertThat(ask("jane", "secret")).isEqualTo(new WrongPassword());
    assertThat(ask("@", "secret")).isEqualTo(new WrongPassword());
  }

  @Test
  void anAccountMayBeClosed() {
    assertThat(ask("closed@example.org", "secret")).isEqualTo(new MayNotLogIn());
    assertThat(ask("closed@example.org", "wrong")).isEqualTo(new WrongPassword());
  }

  @Test
  void whatCannotBeToldIsNoRefusal() throws IOException {
    assertThat(ask("odd@example.org", "secret")).isInstanceOf(Away.class);
    assertThat(ask("nobody@example.org", "secret")).isEqualTo(new WrongPassword());
    Files.delete(folder.resolve("accounts"));
    AccountLogins without =
        new AccountLogins(Accounts.of(Sites.speakingTls(Sites.small(), folder.resolve("none"))));
    assertThat(without.ask(question("jane@example.org", "secret"))).isInstanceOf(Away.class);
  }

  private LoginAnswer ask(String name, String password) {
    return logins.ask(question(name, password));
  }

  private static LoginQuestion question(String name, String password) {
    return new LoginQuestion(
        InetAddress.ofLiteral("192.0.2.1"),
        Credentials.of(name.getBytes(UTF_8), password.getBytes(UTF_8)).orElseThrow());
  }
}
