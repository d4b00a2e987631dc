package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.Peers;
import postbus.testkit.ScriptedSmtpServer;

/** Mail by clients that other people wrote: Postfix's smtp-source and swaks. */
class RealClientsIT {
  private static final int MAILS = 100;
  @TempDir Path folder;

  @Test
  void whatTheySubmitArrivesOnce() throws Exception {
    Path source = Peers.program("smtp-source").orElse(null);
    Path swaks = Peers.program("swaks").orElse(null);
    assumeTrue(source != null && swaks != null, "no smtp-source or swaks on this machine");
    try (ScriptedSmtpServer world = ScriptedSmtpServer.start()) {
      TestSite site = TestSite.in(folder, world.port());
      String mx = "127.0.0.1:" + site.mxPort();
      try (RunningPostbus _ = RunningPostbus.start(site, folder.resolve("data"))) {
        run(
            source,
            "-s",
            "10",
            "-m",
            "" + MAILS,
            "-l",
            "5120",
            "-d",
            "-f",
            "noc@wikimedia.org",
            "-t",
            "someone@source.example",
            mx);
        String answers =
            run(
                swaks,
                "--server",
                mx,
                "--from",
                "noc@wikimedia.org",
                "--to",
                "a@swaks.example",
                "--header",
                "Subject: by swaks");
        assertThat(answers).contains("queued as ");
        var mails = world.awaitMails(MAILS + 1, Duration.ofSeconds(60));
        assertThat(mails).hasSize(MAILS + 1);
        assertThat(mails)
            .filteredOn(mail -> mail.text().contains("Subject: by swaks"))
            .singleElement()
            .satisfies(mail -> assertThat(mail.recipients()).containsExactly("a@swaks.example"));
      }
    }
  }

  private static String run(Path program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
