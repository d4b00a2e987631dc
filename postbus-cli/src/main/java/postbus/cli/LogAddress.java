package postbus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import postbus.bucket.ContentPlace;
import postbus.log.LogAccess;

/** How a command finds the log: as told, or where standalone noted it, or at Kafka's usual port. */
final class LogAddress {
  /** For each answer of the log. */
  static final Duration WAIT = Duration.ofSeconds(10);

  private static final String USUAL = "127.0.0.1:9092";

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-}",
      description = "The log; else the one that runs on the data folder, else " + USUAL + ".")
  private @Nullable String kafka;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      defaultValue = "${env:POSTBUS_KAFKA_CONFIG}",
      description =
          "How one gets into a log that wants TLS or a password: properties with Kafka's own names,"
              + " as its own tools take them (also: POSTBUS_KAFKA_CONFIG).")
  private @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:POSTBUS_DATA:-data}",
      description = "The data folder of a running standalone (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of("data");

  @Option(
      names = "--contents",
      paramLabel = "s3://BUCKET[/PREFIX]",
      defaultValue = "${env:POSTBUS_CONTENTS}",
      description =
          "Where large contents are, if they are in S3; POSTBUS_S3_ENDPOINT and so on are set as for"
              + " the services.")
  private @Nullable String contents;

  private @Nullable LetterContents letterContents;

  LogAccess find() throws IOException {
    if (config == null) {
      return LogAccess.open(servers(Optional.empty()));
    }
    KafkaConfig read = KafkaConfig.read(config);
    return read.access(servers(read.servers()));
  }

  private String servers(Optional<String> configured) throws IOException {
    if (kafka != null && !kafka.isEmpty()) {
      return kafka;
    }
    return configured.isPresent()
        ? configured.get()
        : noted(data.resolve("run").resolve("kafka")).orElse(USUAL);
  }

  /** The data folder, which need not be there. */
  Path data() {
    return data;
  }

  /** Where large contents are, which the log only refers to. */
  LetterContents contents() {
    if (letterContents == null) {
      letterContents = new LetterContents(ContentPlace.of(data, this::setting));
    }
    return letterContents;
  }

  private Optional<String> setting(String name) {
    return Optional.ofNullable(
        name.equals("postbus.contents") ? contents : System.getenv(variable(name)));
  }

  /** As a process finds a setting in its environment. */
  private static String variable(String setting) {
    return setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }

  private static Optional<String> noted(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
    } catch (NoSuchFileException notRunning) {
      return Optional.empty();
    } catch (IOException unreadable) {
      throw new IOException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
    }
  }
}
