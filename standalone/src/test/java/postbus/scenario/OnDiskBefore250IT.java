package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.Peers;
import postbus.testkit.ScriptedSmtpServer;

/** The system calls of the process show it: the segment is synced before the 250 is written. */
class OnDiskBefore250IT {
  @TempDir Path folder;

  @Test
  void theSegmentOfMailAcceptedIsSyncedBeforeThe250() throws Exception {
    Path strace = Peers.program("strace").orElse(null);
    assumeTrue(strace != null, "no strace on this machine");
    Path calls = folder.resolve("calls");
    try (ScriptedSmtpServer world = ScriptedSmtpServer.start()) {
      TestSite site = TestSite.in(folder, world.port());
      try (RunningPostbus postbus = RunningPostbus.start(site, folder.resolve("data"));
          Dialogue client =
              Dialogue.greeted(TestSite.APP_SERVER, TestSite.THIS_HOST, site.mxPort())) {
        Process tracer = trace(strace, postbus.pid(), calls);
        try {
          client.send("NOOP").says("250");
          await().atMost(Duration.ofSeconds(60)).until(() -> Files.size(calls) > 0);
          String id =
              Dialogue.idIn(client.mail("noc@wikimedia.org", "a@b.example", "Subject: s\r\n\r\nb"));
          await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> Files.readString(calls).contains("queued as " + id));
          List<String> lines = Files.readAllLines(calls);
          int reply = first(lines, 0, "queued as " + id);
          int synced = IntStream.range(0, reply).filter(i -> isSync(lines, i)).max().orElse(-1);
          assertThat(synced).as(() -> String.join("\n", lines)).isNotNegative();
        } finally {
          tracer.destroy();
          tracer.waitFor(60, TimeUnit.SECONDS);
        }
      }
    }
  }

  /** A sync of the segment that has come back: in one line, or resumed in a later one. */
  private static boolean isSync(List<String> lines, int line) {
    String call = lines.get(line);
    return call.matches(".*f(data)?sync\\(\\d+<.*/mail\\.accepted-\\d+/.*\\.log>\\) += 0.*")
        || (call.matches(".*f(data)?sync resumed>.*= 0.*")
            && IntStream.range(0, line)
                .mapToObj(lines::get)
                .anyMatch(begun ->
                    begun.startsWith(call.split(" ")[0] + " ")
                        && begun.matches(".*/mail\\.accepted-\\d+/.*\\.log> <unfinished.*")));
  }

  private static int first(List<String> lines, int from, String text) {
    OptionalInt index =
        IntStream.range(from, lines.size()).filter(i -> lines.get(i).contains(text)).findFirst();
    return index.orElseThrow();
  }

  private static Process trace(Path strace, long pid, Path calls) throws Exception {
    Files.createFile(calls);
    return new ProcessBuilder(
            strace.toString(),
            "-f",
            "-y",
            "-s",
            "200",
            "-e",
            "trace=fsync,fdatasync,write,writev,sendto,sendmsg",
            "-o",
            calls.toString(),
            "-p",
            Long.toString(pid))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
