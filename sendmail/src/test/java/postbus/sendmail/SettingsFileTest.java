package postbus.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.sendmail.Settings.Place;
import postbus.sendmail.SettingsFile.Outcome;
import postbus.smtp.TlsWanted;

class SettingsFileTest {
  @TempDir Path folder;

  @Test
  void withoutAFileMailGoesToPort25OfThisMachine() {
    Settings settings = good(SettingsFile.read(List.of(folder.resolve("none")), "host"));

    assertThat(settings.servers()).containsExactly(new Place("127.0.0.1", 25));
    assertThat(settings.spool()).isEqualTo(Path.of("/var/spool/postbus"));
    assertThat(settings.tls()).isEmpty();
  }

  @Test
  void theFirstFileThatExistsCounts() throws IOException {
    Path first =
        write(
            """
            # All of it.
            server = mail.example.org:25, [::1]:2525
            domain = App7.example.org

            spool = spool
            tls = verified
            """);
    Settings settings =
        good(SettingsFile.read(List.of(folder.resolve("none"), first, Path.of("/x")), "host"));

    assertThat(settings.servers())
        .containsExactly(new Place("mail.example.org", 25), new Place("::1", 2525));
    assertThat(settings.domain()).isEqualTo("app7.example.org");
    assertThat(settings.spool()).isEqualTo(folder.resolve("spool"));
    assertThat(settings.tls()).contains(TlsWanted.VERIFIED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server | expected name = value, found server",
        "sever = x:1 | expected server, domain, spool or tls, found sever",
        "server = localhost | expected HOST:PORT, such as 127.0.0.1:25, found localhost",
        "server = a:1 a:2 a:3 a:4 a:5 a:6 | expected at most 5 servers",
        "server = a:70000 | expected HOST:PORT, such as 127.0.0.1:25, found a:70000",
        "domain = a b | expected a domain, such as example.org, found a b",
        "tls = yes | expected never, opportunistic, required or verified, found yes",
        "spool = | expected a folder",
      })
  void mistakesAreToldWithTheirLine(String line, String expected) throws IOException {
    Path file = write("# comment\n" + line + "\n");

    assertThat(SettingsFile.read(List.of(file), "host"))
        .isEqualTo(new Outcome.Bad(file + ":2: " + expected));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("sendmail.conf"), text);
  }

  private static Settings good(Outcome outcome) {
    return ((Outcome.Good) outcome).settings();
  }
}
