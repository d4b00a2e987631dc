package postbus.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a Kafka client, which otherwise reads its files once: each new connection shows the
 * certificate, and trusts the authorities, that the files hold then. Files that cannot be used
 * leave the last good ones in force, and the log says so; a connection that stands is not touched.
 * Limit: a password that opens a new file is still that of the start.
 */
public final class LiveTls implements SslEngineFactory {
  private static final Logger LOG = Logger.getLogger(LiveTls.class);
  private static final List<String> FILES =
      List.of("ssl.keystore.location", "ssl.truststore.location");

  /** Of a file, what tells one state from another; keys and certificates have some thousand. */
  private static final int OCTETS_MAX = 1 << 20;

  private Map<String, ?> settings = Map.of();
  private @Nullable SslEngineFactory current;
  private Map<String, ByteBuffer> seen = Map.of();

  @Override
  public synchronized void configure(Map<String, ?> given) {
    settings = Map.copyOf(withoutEmpty(given));
    seen = look();
    current = made();
  }

  private static Map<String, Object> withoutEmpty(Map<String, ?> given) {
    Map<String, Object> all = new HashMap<>();
    given.forEach((name, value) -> {
      if (value != null) {
        all.put(name, value);
      }
    });
    return all;
  }

  private SslEngineFactory made() {
    SslEngineFactory made = new DefaultSslEngineFactory();
    made.configure(settings);
    return made;
  }

  /** Looks at its files once for each connection. */
  private synchronized SslEngineFactory now() {
    Map<String, ByteBuffer> found = look();
    if (!found.equals(seen)) {
      // Also if they are no good: then not before they change again.
      seen = found;
      try {
        current = made();
        LOG.infof("new certificates for Kafka count from now on: %s", found.keySet());
      } catch (KafkaException unusable) {
        LOG.errorf("the last good certificates for Kafka stay in force: %s", unusable);
      }
    }
    return Objects.requireNonNull(current, "a client configures its TLS first");
  }

  /** What the files hold: their times may stand still while they change. */
  private Map<String, ByteBuffer> look() {
    Map<String, ByteBuffer> all = new LinkedHashMap<>();
    for (String name : FILES) {
      if (settings.get(name) instanceof String file) {
        all.put(file, content(Path.of(file)));
      }
    }
    return all;
  }

  private static ByteBuffer content(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return ByteBuffer.wrap(in.readNBytes(OCTETS_MAX));
    } catch (IOException gone) {
      // Between two states, perhaps; a connection is not to fail by it.
      return ByteBuffer.allocate(0);
    }
  }

  @Override
  public SSLEngine createClientSslEngine(String host, int port, String identification) {
    return now().createClientSslEngine(host, port, identification);
  }

  @Override
  public SSLEngine createServerSslEngine(String host, int port) {
    return now().createServerSslEngine(host, port);
  }

  @Override
  public boolean shouldBeRebuilt(Map<String, Object> next) {
    return now().shouldBeRebuilt(next);
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return Set.of();
  }

  @Override
  public @Nullable KeyStore keystore() {
    return now().keystore();
  }

  @Override
  public @Nullable KeyStore truststore() {
    return now().truststore();
  }

  @Override
  public void close() {
    // A factory of Kafka's holds nothing open.
  }
}
