package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.site.SessionLimits;
import postbus.testkit.Peers;
import postbus.testkit.TestCertificate;

/** A client that other people wrote logs in, and sends. */
@Timeout(120)
class SwaksTest {
  @TempDir private static Path folder;
  private static RunningServer server;
  private static Path swaks;

  @BeforeAll
  static void start() throws Exception {
    swaks = Peers.program("swaks-tls").orElse(null);
    assumeTrue(swaks != null, "no swaks with TLS on this machine");
    TestCertificate.of("mx.example.org").writeInto(folder);
    server = new RunningServer(folder, Sites.speakingTls(SessionLimits.DEFAULT, folder));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "submission, --tls, PLAIN",
    "submission, --tls, LOGIN",
    "submissions, --tls-on-connect, PLAIN",
    "submissions, --tls-on-connect, LOGIN"
  })
  void logsInAndSends(String listener, String tls, String mechanism) throws Exception {
    int before = server.taken().size();
    assertThat(run(listener, tls, "--auth", mechanism, "--auth-password", "secret")).isZero();
    assertThat(server.taken()).hasSize(before + 1);
    assertThat(server.client().account()).contains("jane@example.org");
    assertThat(server.received()).contains(" with ESMTPSA (TLSv1.3) id ");
  }

  @Test
  void isRefusedWithAWrongPasswordAndWithoutTls() throws Exception {
    int before = server.taken().size();
    assertThat(run("submissions", "--tls-on-connect", "--auth-password", "wrong")).isNotZero();
    assertThat(run("either", "--auth", "--auth-password", "secret")).isNotZero();
    assertThat(server.taken()).hasSize(before);
  }

  private static int run(String listener, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(swaks.toString(), "--timeout", "20"));
    command.addAll(List.of("--server", "127.0.0.1:" + server.port(listener)));
    command.addAll(List.of("--helo", "laptop.example", "--auth-user", "jane@example.org"));
    command.addAll(List.of("--from", "jane@example.org", "--to", "b@example.net"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    int end = process.waitFor();
    System.out.println(end == 0 ? "" : said);
    return end;
  }
}
