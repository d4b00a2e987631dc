package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import postbus.testkit.ScriptedSmtpServer;

class SendCommandTest {
  private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir Path site;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theServersReplyIsPrintedAndTheMailIsWellFormed() throws IOException {
    Path text = Files.writeString(site.resolve("text"), "Caf\u00e9\n");

    assertThat(send("--from", "a@example.org", "--to", "b@x.org,c@x.org", text.toString()))
        .isZero();

    assertThat(out.toString()).startsWith("250 ");
    assertThat(err.toString()).isEmpty();
    assertThat(server.violations()).isEmpty();
    assertThat(server.mails()).hasSize(1);
  }

  @Test
  void aRefusalIsTheServersOwnAndAFailure() {
    assertThat(send("--from", "<>", "--to", "permfail@x.org")).isOne();

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).startsWith("permfail@x.org: 550");
  }

  @Test
  void aServerThatIsAwayIsOneLine() {
    int port = server.port();
    server.close();

    assertThat(send(port, "--from", "a@example.org", "--to", "b@x.org")).isOne();

    assertThat(err.toString()).startsWith("cannot submit to 127.0.0.1").hasLineCount(1);
  }

  @Test
  void anUnknownListenerIsToldTheOnesThatAre() {
    assertThat(send("--from", "a@example.org", "--to", "b@x.org", "--listener", "mail")).isOne();

    assertThat(err.toString()).contains("no listener mail; the site has: mx");
  }

  @Test
  void whatIsNoAddressIsAMistakeInTheCommand() {
    assertThat(send("--from", "nobody", "--to", "b@x.org")).isEqualTo(2);

    assertThat(err.toString()).contains("expected local-part@domain, found nobody");
  }

  private int send(String... arguments) {
    return send(server.port(), arguments);
  }

  private int send(int port, String... arguments) {
    try {
      Files.createDirectories(site.resolve("aliases"));
      Files.writeString(site.resolve("accounts"), "");
      Files.writeString(site.resolve("legacy-mailing-lists"), "");
      Files.writeString(site.resolve("postbus.yaml"), SITE.formatted(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CommandLine command =
        new CommandLine(new SendCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--site";
    all[arguments.length + 1] = site.toString();
    return command.execute(all);
  }

  private static final String SITE =
      """
      primary-hostname: mx.example.org
      host-lists:
        here: ["@[]"]
      domain-lists:
        system-domains: ["@"]
        local-domains: ["@"]
        relay-domains: []
        legacy-mailman-domains: []
      listeners:
        mx:
          address: 127.0.0.1:%d
          trust: here
      pools:
        normal:
          source: 127.0.0.1
          helo: mx.example.org
      """;
}
