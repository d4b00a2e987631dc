package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.ListenerTls.Use;
import postbus.testkit.TestCertificate;

/** A certificate is renewed while its user runs, in the ways that tools do it. */
class LiveCertificateTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final TestCertificate FIRST = TestCertificate.of("first.example.org");
  private static final TestCertificate SECOND = TestCertificate.of("second.example.org", "RSA");

  @TempDir private Path folder;

  @BeforeEach
  void theFirst() throws IOException {
    FIRST.writeInto(folder);
  }

  @Test
  void renewedByRenaming() throws IOException {
    LiveCertificate live = live("tls");
    assertThat(shows(live, FIRST)).isTrue();
    SECOND.writeInto(folder);
    await().atMost(SOON).until(() -> shows(live, SECOND));
  }

  /** As certbot does: each name is a link to the newest file, replaced on its own. */
  @Test
  void renewedByLinksOfFiles() throws IOException {
    SECOND.writeInto(folder.resolve("archive"));
    Path links = Files.createDirectories(folder.resolve("live"));
    link(links, "certificate.pem", "../tls/certificate.pem");
    link(links, "key.pem", "../tls/key.pem");
    LiveCertificate live = live("live");
    link(links, "certificate.pem", "../archive/tls/certificate.pem");
    assertThat(shows(live, FIRST)).isTrue();
    link(links, "key.pem", "../archive/tls/key.pem");
    await().atMost(SOON).until(() -> shows(live, SECOND));
  }

  /** As Kubernetes does: the files are links into a folder that is a link itself. */
  @Test
  void renewedByALinkOfTheFolder() throws IOException {
    SECOND.writeInto(folder.resolve("2"));
    Path mounted = Files.createDirectories(folder.resolve("mounted"));
    link(mounted, "..data", "../tls");
    link(mounted, "certificate.pem", "..data/certificate.pem");
    link(mounted, "key.pem", "..data/key.pem");
    LiveCertificate live = live("mounted");
    assertThat(shows(live, FIRST)).isTrue();
    link(mounted, "..data", "../2/tls");
    await().atMost(SOON).until(() -> shows(live, SECOND));
  }

  @Test
  void aBrokenOneKeepsTheOldInForceAndIsLogged() throws IOException {
    LiveCertificate live = live("tls");
    try (LoggedLines log = LoggedLines.of(WatchedFile.class)) {
      Files.writeString(folder.resolve("tls/certificate.pem"), "-----BEGIN CERTIFICATE-----\n");
      await().atMost(SOON).until(() -> shows(live, FIRST) && !log.lines().isEmpty());
      assertThat(log.lines().getFirst())
          .contains("tls/certificate.pem: holds ")
          .endsWith("until it is mended, its last good version counts");
    }
    SECOND.writeInto(folder);
    await().atMost(SOON).until(() -> shows(live, SECOND));
  }

  @Test
  void aKeyThatDoesNotFitKeepsTheOldPairInForceAndIsLogged() throws IOException {
    LiveCertificate live = live("tls");
    try (LoggedLines log = LoggedLines.of(LiveCertificate.class)) {
      Files.writeString(folder.resolve("tls/key.pem"), SECOND.keyPem());
      await().atMost(SOON).until(() -> shows(live, FIRST) && !log.lines().isEmpty());
      assertThat(log.lines().getFirst())
          .contains("tls/key.pem: is not the key of the first certificate in ")
          .endsWith("until it is mended, the last good certificate counts");
    }
    Files.writeString(folder.resolve("tls/certificate.pem"), SECOND.pem());
    await().atMost(SOON).until(() -> shows(live, SECOND));
  }

  @Test
  void wrongFilesFromTheStartAreSaidAtOnce() throws IOException {
    Files.writeString(folder.resolve("tls/key.pem"), SECOND.keyPem());
    assertThatThrownBy(() -> live("tls"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls/key.pem: is not the key of the first certificate in ");
    Files.delete(folder.resolve("tls/key.pem"));
    assertThatThrownBy(() -> live("tls"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("tls/key.pem: is missing, expected a file");
  }

  private LiveCertificate live(String in) {
    Path files = folder.resolve(in);
    return new LiveCertificate(
        new ListenerTls(Use.OFFERED, files.resolve("certificate.pem"), files.resolve("key.pem")));
  }

  private static boolean shows(LiveCertificate live, TestCertificate expected) {
    return live.inForce().chain().getFirst().equals(expected.certificate())
        && live.inForce().key().equals(expected.key());
  }

  private static void link(Path in, String name, String target) throws IOException {
    Path made = Files.createSymbolicLink(in.resolve(name + ".new"), Path.of(target));
    Files.move(
        made,
        in.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
