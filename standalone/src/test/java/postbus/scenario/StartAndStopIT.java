package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps Postbus from starting is one clear line; what stops it takes under ten seconds. */
class StartAndStopIT {
  @TempDir Path folder;

  @Test
  void aPortInUseIsNamed() throws Exception {
    TestSite site = TestSite.in(folder, 9);
    try (ServerSocket other =
            new ServerSocket(site.mxPort(), 1, InetAddress.getByName(TestSite.THIS_HOST));
        RunningPostbus postbus = RunningPostbus.begin(site.folder(), folder.resolve("data"))) {
      assertThat(postbus.exitStatus()).isEqualTo(1);
      assertThat(postbus.output().lines())
          .singleElement()
          .asString()
          .contains("listener mx", "127.0.0.1:" + other.getLocalPort());
    }
  }

  @Test
  void aDataFolderThatCannotBeWrittenIsNamed() throws Exception {
    TestSite site = TestSite.in(folder, 9);
    Path notAFolder = Files.writeString(folder.resolve("file"), "");
    try (RunningPostbus postbus = RunningPostbus.begin(site.folder(), notAFolder)) {
      assertThat(postbus.exitStatus()).isEqualTo(1);
      assertThat(postbus.output().lines())
          .singleElement()
          .asString()
          .contains(notAFolder.toString(), "cannot be written");
    }
  }

  @Test
  void everyMistakeInTheSiteIsNamedWithItsLine() throws Exception {
    TestSite site =
        TestSite.in(folder, 9)
            .with("size-max: 50M", "size-max: big")
            .with("\nsessions:", "\npols: {}\nsessions:");
    try (RunningPostbus postbus = RunningPostbus.begin(site.folder(), folder.resolve("data"))) {
      assertThat(postbus.exitStatus()).isEqualTo(1);
      assertThat(postbus.output().lines())
          .hasSize(2)
          .allMatch(line -> line.matches("postbus\\.yaml:\\d+: .*"))
          .anyMatch(line -> line.contains("pols") && line.contains("pools"))
          .anyMatch(line -> line.contains("size-max") && line.contains("big"));
    }
  }

  @Test
  void aDataFolderInUseIsNamedAndTheFirstOneGoesOnUntilItIsTold() throws Exception {
    TestSite first = TestSite.in(Files.createDirectory(folder.resolve("first")), 9);
    TestSite second = TestSite.in(Files.createDirectory(folder.resolve("second")), 9);
    Path data = folder.resolve("data");
    try (RunningPostbus running = RunningPostbus.start(first, data);
        RunningPostbus refused = RunningPostbus.begin(second.folder(), data)) {
      assertThat(refused.exitStatus()).isEqualTo(1);
      assertThat(refused.output().lines())
          .singleElement()
          .asString()
          .contains(data.toString(), "in use");
      greet(first);
      assertThat(running.terminate()).isLessThan(Duration.ofSeconds(20));
    }
  }

  private static void greet(TestSite site) throws IOException {
    try (Dialogue client =
        Dialogue.greeted(TestSite.THIS_HOST, TestSite.THIS_HOST, site.mxPort())) {
      client.send("QUIT").says("221");
    }
  }
}
