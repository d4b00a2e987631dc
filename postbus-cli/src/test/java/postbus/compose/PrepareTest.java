package postbus.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import postbus.cli.CheckCommand;

/** What {@code deploy/compose/prepare} makes for docker-compose.yml. */
class PrepareTest {
  private static final int SECONDS_MAX = 30;

  @TempDir private Path folder;

  @Test
  void itMakesAGoodSiteAndOtherPasswordsEachTime() throws Exception {
    assertThat(prepare("one", ".env-one")).contains("is ready");
    prepare("two", ".env-two");

    assertThat(check("one")).endsWith(" is good" + System.lineSeparator());
    assertThat(read("one/site/otrs-password")).hasSizeGreaterThan(40);
    assertThat(read("one/site/otrs-password")).isNotEqualTo(read("two/site/otrs-password"));
    assertThat(read("one/secrets/dovecot/dovecot-sql.conf.ext"))
        .contains("password=" + read("one/secrets/mariadb/dovecot").strip());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("one"))))
        .isEqualTo("rwx------");
  }

  @Test
  void whatIsThereStaysAsItIs() throws Exception {
    prepare("home", ".env");
    String password = read("home/site/accounts-password");
    String certificate = read("home/site/tls/certificate.pem");
    Files.writeString(folder.resolve("home/site/local-domains"), "example.org\n");

    prepare("home", ".env");
    assertThat(read("home/site/accounts-password")).isEqualTo(password);
    assertThat(read("home/site/tls/certificate.pem")).isEqualTo(certificate);
    assertThat(read("home/site/local-domains")).isEqualTo("example.org\n");
    assertThat(prepare("other", ".env")).contains("names another folder");
    assertThat(read(".env").lines()).containsOnlyOnce("POSTBUS_HOME=" + folder.resolve("home"));
  }

  private String prepare(String home, String env) throws IOException, InterruptedException {
    Process running =
        new ProcessBuilder(
                ComposeFile.CHECKOUT.resolve("deploy/compose/prepare").toString(),
                folder.resolve(home).toString(),
                folder.resolve(env).toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(running.getInputStream().readAllBytes());
    assertThat(running.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private String check(String home) {
    StringWriter out = new StringWriter();
    new CommandLine(new CheckCommand())
        .setOut(new PrintWriter(out))
        .execute("--elsewhere", "--site", folder.resolve(home).resolve("site").toString());
    return out.toString();
  }

  private String read(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }
}
