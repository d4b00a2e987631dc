package postbus.deploy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The settings of processes: those that README lists, and Kafka's own for its clients. */
final class Settings {
  private static final Pattern QUOTED = Pattern.compile("`([a-z0-9.-]+)`");

  /** Read by the S3 client (AWS's default chain), not by us. */
  private static final Set<String> CREDENTIALS =
      Set.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");

  private Settings() {}

  /** Their names in the environment. */
  static Set<String> known() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    String section = readme.split("## Several machines")[1].split("\n## ")[0];
    Stream<String> ours =
        section
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("\\|")[1])
            .flatMap(names -> QUOTED.matcher(names).results())
            .map((MatchResult name) -> name.group(1));
    Stream<String> kafkas =
        ProducerConfig.configNames().stream()
            .filter(name -> name.matches("ssl\\..*|sasl\\..*|security\\.protocol"))
            .map(name -> "kafka." + name);
    return Stream.concat(
            Stream.concat(ours, kafkas).map(Settings::inEnvironment), CREDENTIALS.stream())
        .collect(Collectors.toSet());
  }

  /** What a module's processes are set to if nobody says else. */
  static Properties defaults(String module) throws IOException {
    Path file = Path.of("..", module, "src/main/resources/META-INF/microprofile-config.properties");
    Properties defaults = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      defaults.load(in);
    }
    return defaults;
  }

  private static String inEnvironment(String name) {
    return name.replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
