package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogAccessTest {
  @TempDir Path folder;

  @Test
  void everyClientGetsInTheSameWayAndNobodyReadsThePassword() {
    Map<String, String> security =
        Map.of(
            "security.protocol", "SASL_SSL",
            "sasl.mechanism", "SCRAM-SHA-512",
            "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required"
                    + " username=\"a\" password=\"secret\";");
    LogAccess access = LogAccess.of("kafka:9093", security, "kafka.");
    assertThat(access.with(Map.of("client.id", "router-0")))
        .containsAllEntriesOf(security)
        .containsEntry("bootstrap.servers", "kafka:9093")
        .containsEntry("client.id", "router-0");
    assertThat(access.toString()).isEqualTo("kafka:9093");
  }

  @Test
  void whatIsWrongIsNamedWithWhatWasExpected() throws Exception {
    Path none = folder.resolve("none.p12");
    Path noStore = Files.writeString(folder.resolve("ca.p12"), "no key store");
    refuses(Map.of("security.protocol", "TLS"), "kafka.security.protocol: expected one of", "TLS");
    refuses(Map.of("ssl.keystore.locaton", "x"), "kafka.ssl.keystore.locaton: expected a setting");
    refuses(
        Map.of("ssl.truststore.type", "PEM"),
        "kafka.security.protocol: expected a protocol with SSL, as kafka.ssl.* is set, found"
            + " PLAINTEXT");
    refuses(
        Map.of("security.protocol", "SSL", "sasl.mechanism", "PLAIN"),
        "kafka.security.protocol: expected a protocol with SASL");
    refuses(
        Map.of("security.protocol", "SSL", "ssl.keystore.location", none.toString()),
        "kafka.ssl.keystore.location: expected a file that can be read, found " + none);
    refuses(
        Map.of(
            "security.protocol", "SSL",
            "ssl.truststore.type", "PKCS12",
            "ssl.truststore.password", "secret",
            "ssl.truststore.location", noStore.toString()),
        "kafka.* cannot be used",
        noStore.toString());
    refuses(Map.of("security.protocol", "SASL_SSL"), "kafka.* cannot be used");
  }

  private static void refuses(Map<String, String> security, String... words) {
    assertThatThrownBy(() -> LogAccess.of("127.0.0.1:9", security, "kafka."))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("secret");
  }
}
