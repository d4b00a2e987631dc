package postbus.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quarkus.arc.properties.UnlessBuildProperty;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.log.LogSettings;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.EnvelopeJson;
import postbus.mail.MailId;
import postbus.mail.MalformedRecord;
import postbus.mail.VerdictJson;

/**
 * The channels to policy-service and back: questions go to {@code mail.received}, answers come from
 * {@code mail.verdicts}. Every ingress reads all answers from the topic's end and takes those that
 * it waits for; nothing is committed, as a client does not outlive its session. In one process with
 * policy-service, {@link PolicyInJvm} takes its place.
 */
@Singleton
@UnlessBuildProperty(name = "postbus.policy.in-jvm", stringValue = "true", enableIfMissing = true)
final class PolicyChannels implements Questions {
  private static final Logger LOG = Logger.getLogger(PolicyChannels.class);
  private static final String VERDICTS = "mail-verdicts-in";
  private static final Duration POSITION_MAX = Duration.ofSeconds(1);

  private final MutinyEmitter<byte[]> questions;
  private final KafkaClientService clients;
  private final PendingVerdicts pending;
  private final byte[] ingress;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile boolean ready;

  @Inject
  PolicyChannels(
      @Channel("mail-received-out") MutinyEmitter<byte[]> questions,
      KafkaClientService clients,
      PendingVerdicts pending,
      LogSettings settings) {
    this.questions = questions;
    this.clients = clients;
    this.pending = pending;
    this.ingress = settings.instance().getBytes(US_ASCII);
  }

  @Override
  public CompletionStage<Void> ask(Mail mail, Instant deadline) {
    OutgoingKafkaRecordMetadata<String> metadata =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withKey(mail.envelope().id().toString())
            .addHeaders(
                new RecordHeader("envelope", EnvelopeJson.write(mail.envelope())),
                new RecordHeader("ingress", ingress),
                new RecordHeader(
                    "deadline", Long.toString(deadline.toEpochMilli()).getBytes(US_ASCII)))
            .build();
    try {
      return questions
          .sendMessage(Message.of(mail.content()).addMetadata(metadata))
          .subscribeAsCompletionStage();
    } catch (IllegalStateException full) {
      return CompletableFuture.failedFuture(full);
    }
  }

  /** Runs on the channel's event loop, and never fails: a verdict that is none is left unheard. */
  @Incoming(VERDICTS)
  CompletionStage<Void> onVerdict(Message<byte[]> verdict) {
    verdict
        .getMetadata(IncomingKafkaRecordMetadata.class)
        .ifPresent(metadata -> hear(metadata, verdict.getPayload()));
    return verdict.ack();
  }

  private void hear(IncomingKafkaRecordMetadata<?, ?> metadata, byte @Nullable [] value) {
    Header to = metadata.getHeaders().lastHeader("ingress");
    if (value == null || to == null || !Arrays.equals(to.value(), ingress)) {
      return;
    }
    Optional<MailId> id = MailId.parse(String.valueOf(metadata.getKey())).filter(pending::awaits);
    if (id.isEmpty()) {
      return;
    }
    try {
      pending.answer(id.get(), VerdictJson.read(value));
    } catch (MalformedRecord e) {
      LOG.errorf(e, "the verdict about mail %s cannot be read", id.get());
    }
  }

  /** Once it is known where the verdicts begin, none that answers a later question is missed. */
  @Override
  public boolean isReady() {
    if (!ready && looking.compareAndSet(false, true)) {
      KafkaConsumer<Object, Object> consumer = clients.getConsumer(VERDICTS);
      if (consumer != null) {
        Function<Consumer<Object, Object>, Boolean> look = PolicyChannels::isAssigned;
        consumer
            .runOnPollingThread(look)
            .onTermination()
            .invoke(() -> looking.set(false))
            .subscribe()
            .with(all -> ready = all, LOG::debug);
      } else {
        looking.set(false);
      }
    }
    return ready;
  }

  /** Whether all partitions are assigned, with a position; the channel's setting names them. */
  private static boolean isAssigned(Consumer<Object, Object> consumer) {
    Set<TopicPartition> assigned = consumer.assignment();
    int partitions = consumer.partitionsFor(Topics.VERDICTS, POSITION_MAX).size();
    if (partitions != assigned.size()) {
      LOG.errorf(
          "%s has %d partitions, and assign-seek of the channel %s names %d",
          Topics.VERDICTS, partitions, VERDICTS, assigned.size());
      return false;
    }
    assigned.forEach(partition -> consumer.position(partition, POSITION_MAX));
    return true;
  }
}
