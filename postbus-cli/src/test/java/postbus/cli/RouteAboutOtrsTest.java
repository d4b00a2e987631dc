package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./postbus route} says on a site that asks a database of OTRS first. */
class RouteAboutOtrsTest {
  @TempDir private Path site;

  @Test
  void whileNoServerOfOtrsAnswersItSaysThatTheMailWouldWait() throws IOException {
    Files.createDirectory(site.resolve("aliases"));
    Files.writeString(site.resolve("local-domains"), "example.org\n");
    Files.writeString(site.resolve("accounts"), "jimbo@example.org:\n");
    Files.writeString(site.resolve("otrs-password"), "secret\n");
    Files.writeString(
        site.resolve("postbus.yaml"),
        """
        primary-hostname: mx.example.org
        domain-lists:
          system-domains: ["@"]
          relay-domains: []
          legacy-mailman-domains: []
          local-domains: ["file:local-domains"]
        listeners:
          mx: {address: "127.0.0.1:2525"}
        pools:
          normal: {source: 127.0.0.1}
        otrs:
          target: otrs@example.net
          servers: 127.0.0.1:%d
          password-file: otrs-password
        """
            .formatted(closedPort()));

    Ran ran = Ran.postbus("route", "--site", site.toString(), "jimbo@example.org");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).anyMatch(line -> line.contains("would wait"));
  }

  private static int closedPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
