package postbus.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import postbus.log.LogAccess;

/** A file of Kafka's own settings, as Kafka's tools take it with {@code --command-config}. */
final class KafkaConfig {
  private static final String SERVERS = "bootstrap.servers";

  private final Path file;
  private final Map<String, String> settings = new TreeMap<>();

  private KafkaConfig(Path file) {
    this.file = file;
  }

  static KafkaConfig read(Path file) throws IOException {
    Properties found = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      found.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("cannot read " + file + ": " + e, e);
    }
    KafkaConfig config = new KafkaConfig(file);
    for (String name : found.stringPropertyNames()) {
      if (!name.equals(SERVERS) && !LogAccess.isSecurity(name)) {
        throw new IOException(
            "%s: %s: expected bootstrap.servers, security.protocol, ssl.… or sasl.…"
                .formatted(file, name));
      }
      config.settings.put(name, found.getProperty(name).strip());
    }
    return config;
  }

  Optional<String> servers() {
    return Optional.ofNullable(settings.get(SERVERS));
  }

  LogAccess access(String servers) throws IOException {
    Map<String, String> security = new TreeMap<>(settings);
    security.remove(SERVERS);
    try {
      return LogAccess.of(servers, security, file + ": ");
    } catch (IllegalArgumentException wrong) {
      throw new IOException(wrong.getMessage(), wrong);
    }
  }
}
