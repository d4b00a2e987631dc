package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import postbus.log.BrokerSettings;
import postbus.log.LogSettings.Shape;

/** The settings file of the brokers of three machines says what the promises of the log need. */
class BrokerFileTest {
  @Test
  void keepsThePromisesOfACluster() throws IOException {
    var file = new Properties();
    try (Reader text = Files.newBufferedReader(Path.of("../deploy/kafka/server.properties"))) {
      file.load(text);
    }
    BrokerSettings.of(Shape.CLUSTER).stream()
        .filter(setting -> setting.promise())
        .forEach(setting ->
            assertThat(file.getProperty(setting.name()))
                .as(setting.name())
                .isEqualTo(setting.value()));
  }
}
