package postbus.policy;

import io.quarkus.arc.properties.UnlessBuildProperty;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.EnvelopeJson;
import postbus.mail.MalformedRecord;
import postbus.mail.Verdict;
import postbus.mail.VerdictJson;
import postbus.process.Part;

/**
 * The ingress's questions about contents. In: {@code mail.received}, out: {@code mail.verdicts},
 * with the same key. The client still owns the mail, so an answer that gets lost costs the session
 * its time limit and no mail; answers come in any order.
 *
 * <p>A question that cannot be read, or a failure, costs that one question: the channel goes on. It
 * begins and ends with the process; as a part, it says when questions reach it.
 */
@ApplicationScoped
@UnlessBuildProperty(name = "postbus.policy.in-jvm", stringValue = "true", enableIfMissing = true)
@Identifier(Questions.NAME)
public class Questions implements Part, KafkaConsumerRebalanceListener {
  /** The part; the channel's setting {@code consumer-rebalance-listener.name} names it too. */
  static final String NAME = "policy-questions";

  private static final Logger LOG = Logger.getLogger(Questions.class);

  /** The envelope as JSON. */
  static final String ENVELOPE = "envelope";

  /** Which ingress waits; copied into the answer, so that the others can skip it. */
  static final String INGRESS = "ingress";

  /** Until when it waits: epoch milliseconds in decimal digits. */
  static final String DEADLINE = "deadline";

  private static final Duration POSITION_MAX = Duration.ofSeconds(5);

  private final Policy policy;
  private volatile boolean reading;

  Questions(Policy policy) {
    this.policy = policy;
  }

  /** Null is no answer: nobody waits any more, or the question cannot be read. */
  @Incoming("mail-received-in")
  @Outgoing("mail-verdicts-out")
  @RunOnVirtualThread
  @Blocking("policy-questions")
  @Nullable ProducerRecord<String, byte[]> answer(ConsumerRecord<String, byte[]> question) {
    try {
      if (System.currentTimeMillis() > deadline(question)) {
        return null;
      }
      Mail mail = new Mail(EnvelopeJson.read(header(question, ENVELOPE)), content(question));
      return answer(question, policy.judge(mail));
    } catch (MalformedRecord e) {
      LOG.warnf("a question that cannot be read, %s: %s", question.key(), e.getMessage());
      return null;
    } catch (RuntimeException e) {
      LOG.errorf(e, "no verdict on %s: the session takes it unjudged", question.key());
      return null;
    }
  }

  private static ProducerRecord<String, byte[]> answer(
      ConsumerRecord<String, byte[]> question, Verdict verdict) throws MalformedRecord {
    ProducerRecord<String, byte[]> answer =
        new ProducerRecord<>(Topics.VERDICTS, question.key(), VerdictJson.write(verdict));
    answer.headers().add(INGRESS, header(question, INGRESS));
    return answer;
  }

  private static long deadline(ConsumerRecord<String, byte[]> question) throws MalformedRecord {
    String millis = new String(header(question, DEADLINE), StandardCharsets.US_ASCII);
    try {
      return Long.parseLong(millis);
    } catch (NumberFormatException e) {
      throw new MalformedRecord("header " + DEADLINE + ": expected epoch milliseconds", e);
    }
  }

  private static byte[] content(ConsumerRecord<String, byte[]> question) {
    return Optional.ofNullable(question.value()).orElseGet(() -> new byte[0]);
  }

  private static byte[] header(ConsumerRecord<String, byte[]> question, String name)
      throws MalformedRecord {
    Header header = question.headers().lastHeader(name);
    if (header == null || header.value() == null) {
      throw new MalformedRecord("header " + name + ": expected, but missing");
    }
    return header.value();
  }

  /**
   * Once it is known where reading begins, no later question is missed. A policy beside which
   * others read all partitions is ready with none.
   */
  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    try {
      partitions.forEach(partition -> consumer.position(partition, POSITION_MAX));
      reading = true;
    } catch (TimeoutException e) {
      LOG.warnf("%s: not yet known where to begin: %s", partitions, e.getMessage());
      consumer.enforceRebalance("to be assigned, and to look, once more");
    }
  }

  /** Of the others' start or end; whoever goes on reading is assigned anew. */
  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    reading = false;
  }

  @Override
  public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    reading = false;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The channel opens by itself once the log has been checked. */
  @Override
  public void start() {}

  @Override
  public boolean isReady() {
    return reading;
  }

  /** The channel closes by itself; who asked no longer waits, or asks another. */
  @Override
  public void stop() {}
}
