package postbus.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.testkit.FreePort;
import postbus.testkit.TestCertificate;

/** A client that lives through the renewal of its certificate, and of the broker's. */
class LiveTlsTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void renewedCertificatesCountForTheNextConnection() throws Exception {
    int port = FreePort.here();
    renew(TestCertificate.of("localhost"), TestCertificate.of("router"));
    EmbeddedBroker broker = start(port);
    try (Admin client = Admin.create(access(port).with(waits()))) {
      awaitBroker(client);
      broker.close();
      renew(TestCertificate.of("localhost"), TestCertificate.of("router"));
      broker = start(port);
      awaitBroker(client);
      broker.close();
      Files.writeString(folder.resolve("client.pem"), "no certificate");
      broker = start(port);
      // The last good one still counts.
      awaitBroker(client);
    } finally {
      broker.close();
    }
    assertThatThrownBy(() -> access(port)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void awaitBroker(Admin client) {
    Awaitility.await().atMost(SOON).ignoreExceptions().until(() -> broker(client) == 1);
  }

  private static int broker(Admin client) throws Exception {
    try {
      return client.describeCluster().nodes().get(10, TimeUnit.SECONDS).size();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause());
    }
  }

  private static Map<String, Object> waits() {
    return Map.of("request.timeout.ms", 2_000, "default.api.timeout.ms", 4_000);
  }

  private void renew(TestCertificate broker, TestCertificate client) throws IOException {
    Files.writeString(folder.resolve("broker.pem"), broker.keyPem() + broker.pem());
    Files.writeString(folder.resolve("client.pem"), client.keyPem() + client.pem());
    Files.writeString(folder.resolve("broker.crt"), broker.pem());
    // A broker must trust itself.
    Files.writeString(folder.resolve("clients.crt"), client.pem() + broker.pem());
    // Whoever copies files may set their times as well.
    for (String file : List.of("client.pem", "broker.crt")) {
      Files.setLastModifiedTime(folder.resolve(file), FileTime.from(Instant.EPOCH));
    }
  }

  private EmbeddedBroker start(int port) {
    Map<String, String> of = new HashMap<>(BrokerSettings.oneMachine());
    of.put("listener.security.protocol.map", "CLIENTS:SSL,CONTROLLER:PLAINTEXT");
    of.put("advertised.listeners", "CLIENTS://localhost:" + port);
    of.put("ssl.client.auth", "required");
    of.putAll(pem("broker.pem", "clients.crt"));
    return EmbeddedBroker.start(folder.resolve("kafka"), port, of);
  }

  private LogAccess access(int port) {
    Map<String, String> of = new HashMap<>(pem("client.pem", "broker.crt"));
    of.put("security.protocol", "SSL");
    return LogAccess.of("localhost:" + port, of, "");
  }

  private Map<String, String> pem(String own, String trusted) {
    return Map.of(
        "ssl.keystore.type",
        "PEM",
        "ssl.keystore.location",
        folder.resolve(own).toString(),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        folder.resolve(trusted).toString());
  }
}
