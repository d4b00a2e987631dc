package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.SessionLimits;
import postbus.testkit.TestCertificate;

/** OpenSSL's client, if this machine has it. */
@Timeout(120)
class OpenSslClientTest {
  private static final int ENDS_WITHIN_SECONDS = 20;

  @TempDir private Path folder;

  @BeforeEach
  void openSslIsHere() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "no openssl on this machine");
  }

  @Test
  void handsInAMailAfterStartTls() throws Exception {
    TestCertificate certificate = TestCertificate.of("mx.example.org");
    certificate.writeInto(folder);
    try (RunningServer server =
        new RunningServer(folder, Sites.speakingTls(SessionLimits.DEFAULT, folder))) {
      Process client =
          start(
              server,
              "-starttls",
              "smtp",
              "-crlf",
              "-quiet",
              "-verify_return_error",
              "-verify_hostname",
              "mx.example.org");
      try (OutputStream in = client.getOutputStream();
          BufferedReader out = client.inputReader(StandardCharsets.US_ASCII)) {
        hears(out, "250 ");
        for (String said : List.of("EHLO client.example", "MAIL FROM:<a@example.org>")) {
          say(in, said);
          hears(out, "250 ");
        }
        say(in, "RCPT TO:<b@example.org>");
        hears(out, "250 ");
        say(in, "DATA");
        hears(out, "354 ");
        say(in, "Subject: x\n\nx\n.");
        hears(out, "250 2.0.0 Ok: queued as");
        say(in, "QUIT");
        hears(out, "221 ");
      } finally {
        client.destroyForcibly();
      }
      assertThat(server.received()).contains(" with ESMTPS (TLSv1.3) id ");
    }
  }

  /** Each costs us more than the client; a session has one handshake. */
  @Test
  void mayNotShakeHandsAgain() throws Exception {
    TestCertificate.of("mx.example.org").writeInto(folder);
    try (RunningServer server =
        new RunningServer(folder, Sites.speakingTls(SessionLimits.DEFAULT, folder))) {
      String said = client(server, "R\nNOOP\n", "-starttls", "smtp", "-tls1_2", "-crlf");
      assertThat(said).contains("RENEGOTIATING").doesNotContain("250 2.0.0 Ok");
    }
  }

  private static void say(OutputStream in, String lines) throws IOException {
    in.write((lines + "\n").getBytes(StandardCharsets.US_ASCII));
    in.flush();
  }

  private static void hears(BufferedReader out, String beginning) throws IOException {
    String line = out.readLine();
    while (line != null && !line.startsWith(beginning)) {
      line = out.readLine();
    }
    assertThat(line).isNotNull();
  }

  private String client(RunningServer server, String input, String... options)
      throws IOException, InterruptedException {
    Process client = start(server, options);
    try (OutputStream in = client.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.US_ASCII));
      in.flush();
      String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(client.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
      return said;
    } finally {
      client.destroyForcibly();
    }
  }

  private Process start(RunningServer server, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/openssl", "s_client"));
    command.addAll(List.of("-connect", "127.0.0.1:" + server.port("offered")));
    command.addAll(List.of("-CAfile", folder.resolve("tls/certificate.pem").toString()));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
