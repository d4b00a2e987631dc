package postbus.ingress;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import postbus.log.LogSettings;
import postbus.log.Topics;
import postbus.site.Site;

/**
 * The one producer that all sessions share, so that one flush of the log serves many of them.
 *
 * <p>Guarantee: {@link #append} completes normally only when the log has the record as durably as
 * its topic is set up. It does not block once {@link #isReady}; before, it fails.
 */
@Singleton
final class LogProducer {
  private static final Logger LOG = Logger.getLogger(LogProducer.class);
  private static final List<String> TOPICS =
      List.of(Topics.ACCEPTED, Topics.UNJUDGED, Topics.EVENTS);

  /** Octets of one batch; the default of 16 KiB would flush the log for every third mail. */
  private static final int BATCH_OCTETS = 1 << 20;

  /** Octets that wait to be sent. {@link MailIntake} takes less at a time. */
  private static final long BUFFER_OCTETS = 96L << 20;

  /** What a record may have beside its content: the envelope with all its recipients. */
  private static final int ENVELOPE_OCTETS_MAX = 1 << 20;

  private static final Duration BLOCK_MAX = Duration.ofMillis(500);
  private static final Duration STOP_MAX = Duration.ofSeconds(2);
  private static final Duration METADATA_PAUSE = Duration.ofMillis(200);

  private final KafkaProducer<String, byte[]> producer;
  private volatile boolean ready;
  private volatile boolean closed;

  @Inject
  LogProducer(LogSettings settings, Site site) {
    this.producer =
        new KafkaProducer<>(
            configuration(settings, site), new StringSerializer(), new ByteArraySerializer());
    Thread.ofVirtual().name("log-producer-metadata").start(this::prepare);
  }

  private static Map<String, Object> configuration(LogSettings settings, Site site) {
    int waitMillis = Math.toIntExact(site.sessions().logWait().toMillis());
    Map<String, Object> of = new HashMap<>();
    of.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    of.put(ProducerConfig.CLIENT_ID_CONFIG, "ingress-smtp-" + settings.instance());
    of.put(ProducerConfig.ACKS_CONFIG, "all");
    of.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    of.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
    of.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_OCTETS);
    of.put(ProducerConfig.LINGER_MS_CONFIG, 1);
    of.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_OCTETS);
    of.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, site.sessions().inlineMax() + ENVELOPE_OCTETS_MAX);
    of.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, waitMillis);
    of.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(waitMillis / 2, 1));
    of.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20L);
    of.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L);
    of.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MAX.toMillis());
    // Else the topics are forgotten in quiet times, and the next mail waits until they are known.
    of.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(365).toMillis());
    return of;
  }

  /** Learns of the topics, so that no event loop has to wait for that. */
  private void prepare() {
    for (String topic : TOPICS) {
      while (!closed && !isKnown(topic)) {
        LockSupport.parkNanos(METADATA_PAUSE.toNanos());
      }
    }
    ready = !closed;
  }

  private boolean isKnown(String topic) {
    try {
      return !producer.partitionsFor(topic).isEmpty();
    } catch (KafkaException notYet) {
      LOG.debugf("topic %s: %s", topic, notYet.getMessage());
      return false;
    } catch (IllegalStateException stopped) {
      return false;
    }
  }

  /** Whether the log has been reached. */
  boolean isReady() {
    return ready;
  }

  /** Completes when the log has the record; exceptionally if that is not known in time. */
  CompletableFuture<Void> append(ProducerRecord<String, byte[]> record) {
    if (!ready) {
      return CompletableFuture.failedFuture(new KafkaException("the log has not been reached"));
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      producer.send(
          record,
          (_, failure) -> {
            if (failure == null) {
              done.complete(null);
            } else {
              done.completeExceptionally(failure);
            }
          });
    } catch (KafkaException | IllegalStateException e) {
      done.completeExceptionally(e);
    }
    return done;
  }

  /** Sends what is in hand, for a short time, and ends. */
  @PreDestroy
  void close() {
    closed = true;
    ready = false;
    producer.close(STOP_MAX);
  }
}
