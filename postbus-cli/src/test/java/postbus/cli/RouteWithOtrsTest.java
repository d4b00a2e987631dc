package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.FreePort;

/** What {@code ./postbus route} says where OTRS's own database knows the addresses. */
class RouteWithOtrsTest {
  @TempDir private Path folder;

  @Test
  void whileTheDatabaseIsAwayMailWouldWait() throws Exception {
    try (Oracle oracle = Oracle.in(folder, "oracle")) {
      Path settings = folder.resolve("postbus.yaml");
      String servers = "servers: ['127.0.0.1:" + FreePort.here() + "']\n  password-file: ";
      Files.writeString(
          settings, Files.readString(settings).replace("file: otrs", servers + "otrs"));

      Ran ran =
          Ran.postbus(
              "route", "--site", folder.toString(), "--dns", oracle.server(), "info@wikimedia.org");

      assertThat(ran.out()).anyMatch(line -> line.contains("would wait: 451 4.4.3 OTRS"));
      assertThat(ran.status()).isZero();
    }
  }
}
