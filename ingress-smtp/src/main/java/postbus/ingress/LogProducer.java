package postbus.ingress;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
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
import org.jspecify.annotations.Nullable;
import postbus.log.LogAnswers;
import postbus.log.LogSettings;
import postbus.log.Topics;
import postbus.site.Site;

/**
 * The producers that all sessions share, so that one flush of the log serves many of them: one for
 * mails, for which clients wait, and one for events, for which nobody does.
 *
 * <p>Guarantee: {@link #append} completes normally only when the log has the mail as durably as its
 * topic is set up. It does not block once the log has been reached; before, it fails.
 */
@Singleton
final class LogProducer {
  private static final Logger LOG = Logger.getLogger(LogProducer.class);
  private static final List<String> TOPICS =
      List.of(Topics.ACCEPTED, Topics.UNJUDGED, Topics.QUARANTINE, Topics.EVENTS);

  /** Without the right to write one of these, clients hear 451. */
  private static final List<String> WRITTEN =
      List.of(Topics.ACCEPTED, Topics.UNJUDGED, Topics.QUARANTINE, Topics.RECEIVED);

  /** Octets of one batch; the default of 16 KiB would flush the log for every third mail. */
  private static final int BATCH_OCTETS = 1 << 20;

  /** What a record may have beside its content: the envelope with all its recipients. */
  private static final int ENVELOPE_OCTETS_MAX = 1 << 20;

  private static final Duration STOP_MAX = Duration.ofSeconds(2);
  private static final Duration METADATA_PAUSE = Duration.ofMillis(200);

  /** While the log takes no mail: how often it is asked, and how long for each answer. */
  private static final Duration REACH_EVERY = Duration.ofSeconds(1);

  private static final Duration REACH_WAIT = Duration.ofSeconds(5);

  /** What the two producers differ in. */
  private enum Load {
    /** Wait a little for each other, to share a flush. {@link MailIntake} takes less at a time. */
    MAILS("mails", Duration.ofMillis(3), 96L << 20),

    /** Nobody waits for them, and each batch costs a flush. What does not fit is lost, and told. */
    EVENTS("events", Duration.ofMillis(50), 8L << 20);

    private final String name;
    private final Duration linger;
    private final long bufferOctets;

    Load(String name, Duration linger, long bufferOctets) {
      this.name = name;
      this.linger = linger;
      this.bufferOctets = bufferOctets;
    }
  }

  private final KafkaProducer<String, byte[]> mails;
  private final KafkaProducer<String, byte[]> events;
  private final LogReach reach;
  private volatile boolean ready;
  private volatile boolean closed;

  @Inject
  LogProducer(LogSettings settings, Site site) {
    this.mails = producer(Load.MAILS, settings, site);
    this.events = producer(Load.EVENTS, settings, site);
    this.reach = new LogReach(() -> takesAgain(settings), REACH_EVERY);
    Thread.ofVirtual().name("log-producer-metadata").start(this::prepare);
  }

  private static KafkaProducer<String, byte[]> producer(
      Load load, LogSettings settings, Site site) {
    int waitMillis = Math.toIntExact(site.sessions().logWait().toMillis());
    Map<String, Object> of = settings.access().with(Map.of());
    of.put(ProducerConfig.CLIENT_ID_CONFIG, "ingress-" + load.name + "-" + settings.instance());
    of.put(ProducerConfig.ACKS_CONFIG, "all");
    of.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // While one request is on its way, the next ones' mails gather in one batch.
    of.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    of.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_OCTETS);
    of.put(ProducerConfig.LINGER_MS_CONFIG, load.linger.toMillis());
    of.put(ProducerConfig.BUFFER_MEMORY_CONFIG, load.bufferOctets);
    of.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, site.sessions().inlineMax() + ENVELOPE_OCTETS_MAX);
    of.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, waitMillis);
    of.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(waitMillis / 2, 1));
    of.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20L);
    of.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L);
    // While no broker answers, the client forgets the topics; an event loop must not wait for that.
    of.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0L);
    // Else the topics are forgotten in quiet times, and the next mail waits until they are known.
    of.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(365).toMillis());
    return new KafkaProducer<>(of, new StringSerializer(), new ByteArraySerializer());
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
      return !to(topic).partitionsFor(topic).isEmpty();
    } catch (KafkaException notYet) {
      LOG.debugf("topic %s: %s", topic, notYet.getMessage());
      return false;
    } catch (IllegalStateException stopped) {
      return false;
    }
  }

  /** The producers' own look first: they forget the topics while nobody answers. */
  private boolean takesAgain(LogSettings settings) {
    return TOPICS.stream().allMatch(this::isKnown)
        && LogAnswers.areThere(settings, List.of(Topics.ACCEPTED), WRITTEN, REACH_WAIT);
  }

  private KafkaProducer<String, byte[]> to(String topic) {
    return topic.equals(Topics.EVENTS) ? events : mails;
  }

  /** Whether the log has been reached, and takes mails. */
  boolean isReady() {
    return ready && reach.isThere();
  }

  /** Completes when the log has the record; exceptionally if that is not known in time. */
  CompletableFuture<Void> append(ProducerRecord<String, byte[]> record) {
    if (!ready) {
      return CompletableFuture.failedFuture(new KafkaException("the log has not been reached"));
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      to(record.topic()).send(record, (_, failure) -> end(record.topic(), failure, done));
    } catch (KafkaException | IllegalStateException e) {
      end(record.topic(), e, done);
    }
    return done;
  }

  /** An event says nothing about mails: it has a producer of its own. */
  private void end(String topic, @Nullable Exception failure, CompletableFuture<Void> done) {
    if (!topic.equals(Topics.EVENTS)) {
      reach.note(failure);
    }
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }

  /** A question about a mail, which has a producer of its own, was not taken. */
  void notAsked(Throwable failure) {
    reach.noteQuestion(failure);
  }

  /** Sends what is in hand, for a short time, and ends. */
  @PreDestroy
  void close() {
    long end = System.nanoTime() + STOP_MAX.toNanos();
    mails.close(STOP_MAX);
    // Until here, mails that were taken at the end have told their events.
    closed = true;
    reach.close();
    ready = false;
    events.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
  }
}
