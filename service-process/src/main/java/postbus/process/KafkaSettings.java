package postbus.process;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;
import postbus.log.LogAccess;

/**
 * How a process gets into its log: {@code kafka.bootstrap.servers}, {@code
 * kafka.security.protocol}, {@code kafka.ssl.…} and {@code kafka.sasl.…}, by which the channels of
 * Quarkus get in, too; in the environment in capitals with {@code _}.
 */
final class KafkaSettings {
  private static final String PREFIX = "kafka.";

  private KafkaSettings() {}

  /**
   * @throws IllegalArgumentException naming a setting that is wrong, and what was expected
   */
  static LogAccess access(String servers, Config config) {
    Map<String, String> security = new TreeMap<>();
    for (String written : config.getPropertyNames()) {
      String name = written.replace('_', '.').toLowerCase(Locale.ROOT);
      if (name.startsWith(PREFIX) && LogAccess.isSecurity(name.substring(PREFIX.length()))) {
        // By the name with dots, as then the order of the sources holds.
        Optional<String> value = config.getOptionalValue(name, String.class);
        value.ifPresent(found -> security.put(name.substring(PREFIX.length()), found));
      }
    }
    return LogAccess.of(servers, security, PREFIX);
  }
}
