package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The five services as the containers that users start, with Kafka and MariaDB; the world is the
 * image of standalone. Left out where there is no Docker engine that has the images.
 */
class ImagesIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int PREPARE_SECONDS_MAX = 30;
  private static final int SMTP = 2525;
  private static final List<String> SERVICES =
      List.of("router-service", "policy-service", "delivery-normal", "imap-bridge", "ingress-smtp");

  @TempDir static Path folder;
  private static Images images;

  @BeforeAll
  static void start() throws Exception {
    String standalone = Images.of("imap-bridge").replace("imap-bridge", "standalone");
    List<String> needed = new ArrayList<>(List.of(standalone));
    for (String service : List.of("kafka", "mariadb", "accounts")) {
      needed.add(Images.of(service));
    }
    for (String service : SERVICES) {
      needed.add(Images.of(service));
    }
    DockerEngine.assumeItHas(needed);
    Path home = prepared();
    images = new Images();
    startLogAndDatabases(home);
    for (String service : SERVICES) {
      images.ours(service, Images.of(service), home.resolve("site"));
    }
    images.container("ingress-smtp").addExposedPort(SMTP);
    images.ours("outside", standalone, outside());
    images.start("router-service", "policy-service", "delivery-normal");
    images.start("imap-bridge", "ingress-smtp", "outside");
  }

  @AfterAll
  static void stop() {
    if (images != null) {
      images.close();
    }
  }

  @Test
  void aMailReachesAMailboxAndTheWorld() throws Exception {
    try (Dialogue client =
        Dialogue.greeted("0.0.0.0", TestSite.THIS_HOST, images.port("ingress-smtp", SMTP))) {
      // An alias of the sample: a mailbox here, and an address outside.
      Dialogue.idIn(
          client.mail("b@example.org", "press@wikimedia.org", "Subject: seen\r\n\r\nhello"));
    }
    await("in the mailbox").atMost(LIMIT).until(() -> mailboxes("imap-bridge").contains("jimbo"));
    await("outside").atMost(LIMIT).until(() -> mailboxes("outside").contains("press-office"));
  }

  @Test
  void noServiceIsRootOrCanChangeItsImage() throws Exception {
    for (String service : SERVICES) {
      assertThat(images.exec(service, "id", "--user")).as(service).isEqualTo("10001\n");
      assertThat(images.exec(service, "touch", "/opt/postbus/x"))
          .as(service)
          .contains("Read-only file system");
    }
  }

  private static String mailboxes(String container) throws Exception {
    return images.exec(container, "grep", "-rl", "Subject: seen", "/var/lib/postbus/mail");
  }

  /** What {@code deploy/compose/prepare} makes, without the parts that are not started here. */
  private static Path prepared() throws Exception {
    Path home = folder.resolve("home");
    Process prepare =
        new ProcessBuilder(
                TestSite.checkout().resolve("deploy/compose/prepare").toString(),
                home.toString(),
                folder.resolve("env").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(prepare.waitFor(PREPARE_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(prepare.exitValue()).isZero();
    Path yaml = home.resolve("site/postbus.yaml");
    String text = Files.readString(yaml);
    Files.writeString(
        yaml,
        text.substring(0, text.indexOf("mailboxes:"))
                .replaceAll("source: 172.*", "source: 0.0.0.0")
                .replaceAll("smart-host: .*", "smart-host: outside:" + SMTP)
            + "authentication: {spf: off, dkim: off, dmarc: off}\n");
    return home;
  }

  private static void startLogAndDatabases(Path home) throws Exception {
    Path compose = TestSite.checkout().resolve("deploy/compose");
    images
        .add("kafka", Images.of("kafka"))
        .withCommand("/bin/bash", "/etc/postbus/kafka/start")
        .withEnv(Map.of("KAFKA_HEAP_OPTS", "-Xmx256m", "LOG_DIR", "/tmp"))
        .withEnv("EXTRA_ARGS", "-name kafkaServer")
        .withTmpFs(Map.of("/tmp", "size=64m"))
        .waitingFor(Wait.forSuccessfulCommand("bash -c 'exec 3<>/dev/tcp/127.0.0.1/9092'"));
    images.bind("kafka", compose.resolve("kafka"), "/etc/postbus/kafka");
    images
        .add("mariadb", Images.of("mariadb"))
        .withCommand("--character-set-server=utf8mb4", "--skip-name-resolve")
        .withEnv("MARIADB_ROOT_PASSWORD_FILE", "/run/postbus/root")
        .withTmpFs(Map.of("/tmp", "size=64m", "/run/mysqld", "uid=999,gid=999"))
        .withCreateContainerCmdModifier(command -> command.withUser("999:999"))
        .waitingFor(Wait.forSuccessfulCommand("healthcheck.sh --connect --innodb_initialized"));
    images.bind("mariadb", compose.resolve("mariadb"), "/docker-entrypoint-initdb.d");
    images.bind("mariadb", home.resolve("secrets/mariadb"), "/run/postbus");
    images.start("kafka", "mariadb");
    images
        .add("accounts", Images.of("accounts"))
        .withCommand(
            ("account migrate --database-user postbus_admin"
                    + " --database-password-file /run/postbus/admin")
                .split(" "))
        .withTmpFs(Map.of("/tmp", "size=64m"));
    images.bind("accounts", home.resolve("site"), "/etc/postbus/site");
    images.bind("accounts", home.resolve("secrets/cli"), "/run/postbus");
    images.run("accounts");
    String password = Files.readString(home.resolve("secrets/mariadb/root")).strip();
    String account = "INSERT INTO postbus.accounts (address) VALUES ('jimbo@wikimedia.org')";
    assertThat(images.exec("mariadb", "mariadb", "-uroot", "-p" + password, "-e", account))
        .isEmpty();
  }

  /** The site of somebody else, who has the mailbox press-office@example.net. */
  private static Path outside() throws IOException {
    Path site = Files.createDirectories(folder.resolve("outside"));
    Files.createDirectories(site.resolve("aliases"));
    Files.writeString(site.resolve("local-domains"), "example.net\n");
    Files.writeString(site.resolve("legacy-mailing-lists"), "");
    Files.writeString(site.resolve("accounts"), "press-office@example.net:\n");
    Files.writeString(
        site.resolve("postbus.yaml"),
        """
        primary-hostname: mx.example.net
        domain-lists:
          system-domains: ["@"]
          relay-domains: []
          legacy-mailman-domains: []
          local-domains: ["file:local-domains"]
        listeners:
          mx: {address: 0.0.0.0:2525}
        pools:
          normal: {source: 127.0.0.1}
        authentication: {spf: off, dkim: off, dmarc: off}
        """);
    return site;
  }
}
