package postbus.log;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where the log is, and how one gets in: what all clients of a process have in common. The settings
 * are Kafka's own, of TLS and of passwords, and are verified when they are read: each mistake names
 * its setting. Renewed certificates count for the next connection ({@link LiveTls}).
 */
public final class LogAccess {
  private static final String PROTOCOL = AdminClientConfig.SECURITY_PROTOCOL_CONFIG;
  private static final String TLS = "ssl.engine.factory.class";
  private static final List<String> PREFIXES = List.of("ssl.", "sasl.");
  private static final List<String> FILES =
      List.of("ssl.keystore.location", "ssl.truststore.location");

  private final String servers;
  private final Map<String, String> security;

  private LogAccess(String servers, Map<String, String> security) {
    this.servers = servers;
    this.security = Map.copyOf(security);
  }

  /** A log that lets everybody in. */
  public static LogAccess open(String servers) {
    return new LogAccess(servers, Map.of());
  }

  /**
   * A log that wants TLS, or a password.
   *
   * @param servers as Kafka's clients take it
   * @param security {@code security.protocol}, {@code ssl.…} and {@code sasl.…}, as Kafka's clients
   *     take them
   * @param prefix what stands before these names where they were written, for what is said of them
   * @throws IllegalArgumentException naming the setting that is wrong, and what was expected
   */
  public static LogAccess of(String servers, Map<String, String> security, String prefix) {
    Map<String, String> with = new HashMap<>(security);
    if (!with.getOrDefault(PROTOCOL, "").contains("SSL")) {
      with.remove(TLS); // It is there for whoever has TLS.
    } else {
      with.putIfAbsent(TLS, LiveTls.class.getName());
    }
    LogAccess access = new LogAccess(servers, with);
    access.check(prefix);
    return access;
  }

  /** Whether it is a setting of how one gets in. */
  public static boolean isSecurity(String name) {
    return name.equals(PROTOCOL) || PREFIXES.stream().anyMatch(name::startsWith);
  }

  private void check(String prefix) {
    Set<String> known = AdminClientConfig.configNames();
    for (String name : new TreeMap<>(security).keySet()) {
      // Listeners of brokers have settings of such names, too; clients know none.
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            prefix + name + ": expected a setting of Kafka's clients");
      }
    }
    checkProtocol(prefix);
    for (String name : FILES) {
      String file = security.get(name);
      if (file != null && !Files.isReadable(Path.of(file))) {
        throw new IllegalArgumentException(
            "%s%s: expected a file that can be read, found %s".formatted(prefix, name, file));
      }
    }
    checkByClient(prefix);
  }

  private void checkProtocol(String prefix) {
    String found = security.getOrDefault(PROTOCOL, SecurityProtocol.PLAINTEXT.name);
    if (!SecurityProtocol.names().contains(found)) {
      throw new IllegalArgumentException(
          "%s%s: expected one of %s, found %s"
              .formatted(prefix, PROTOCOL, SecurityProtocol.names(), found));
    }
    for (String kind : PREFIXES) {
      String needed = kind.substring(0, kind.length() - 1).toUpperCase(java.util.Locale.ROOT);
      boolean isSet = security.keySet().stream().anyMatch(name -> name.startsWith(kind));
      if (isSet && !found.contains(needed)) {
        throw new IllegalArgumentException(
            "%s%s: expected a protocol with %s, as %s%s* is set, found %s"
                .formatted(prefix, PROTOCOL, needed, prefix, kind, found));
      }
    }
  }

  /** What only Kafka can tell: whether it can use the keys, and the passwords open them. */
  private void checkByClient(String prefix) {
    if (security.isEmpty()) {
      return;
    }
    try {
      // A consumer, as it connects to nobody before it reads.
      new KafkaConsumer<>(
              with(Map.of("bootstrap.servers", "127.0.0.1:9")),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer())
          .close();
    } catch (KafkaException refused) {
      throw new IllegalArgumentException(
          "%s* cannot be used: %s".formatted(prefix, reasons(refused)), refused);
    }
  }

  private static String reasons(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
      String text = String.valueOf(at.getMessage());
      if (all.indexOf(text) < 0) {
        all.append(all.isEmpty() ? "" : ": ").append(text);
      }
    }
    return all.isEmpty() ? String.valueOf(failure.getMessage()) : all.toString();
  }

  /** As Kafka's clients take it. */
  public String servers() {
    return servers;
  }

  /** What a client of this log is made with. */
  public Map<String, Object> with(Map<String, ?> own) {
    Map<String, Object> of = new HashMap<>(security);
    of.put("bootstrap.servers", servers);
    of.putAll(own);
    return of;
  }

  /** Without the passwords. */
  @Override
  public String toString() {
    return servers;
  }
}
