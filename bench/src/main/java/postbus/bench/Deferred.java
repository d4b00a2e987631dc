package postbus.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import postbus.dns.SiteNames;
import postbus.log.Mail;
import postbus.log.MailRecords;
import postbus.log.Topics;
import postbus.mail.Attempt;

/**
 * Mails for 1,000 dead sites that wait for later, as a deliverer writes those of a site that has no
 * room for them; none is due for an hour.
 */
final class Deferred {
  static final String HOST = "127.0.3.1";

  private static final int SITES = 1_000;
  private static final int SHOW_EACH = 10_000;
  private static final List<Duration> DELAYS =
      List.of(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(4));

  private Deferred() {}

  static int port(int number) {
    return 1 + number % SITES;
  }

  static ProducerRecord<byte[], byte[]> record(Mail mail, int number) {
    Duration delay = DELAYS.get(number % DELAYS.size());
    Attempt failed = new Attempt(Instant.now(), "451 4.4.1 connection refused", "");
    Mail tried = new Mail(mail.envelope().attempted(failed), mail.content());
    String site = mail.envelope().route().orElseThrow().site();
    ProducerRecord<byte[], byte[]> record =
        MailRecords.record(Topics.retry(DeliveryRig.POOL, delay), site, tried);
    String due = Long.toString(Instant.now().plus(delay).toEpochMilli());
    record.headers().add(MailRecords.DUE, due.getBytes(UTF_8));
    record.headers().add(MailRecords.ORIGIN, DeliveryRig.SHARED.getBytes(UTF_8));
    return record;
  }

  /**
   * Writes those with the numbers from one to another, excluded, to a broker.
   *
   * @param show told now and then how many are written
   */
  static void write(String bootstrapServers, int from, int to, IntConsumer show) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5, "batch.size", 512 << 10);
    SiteNames names = new SiteNames(List.of());
    AtomicReference<@Nullable Exception> lost = new AtomicReference<>();
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int number = from; number < to; number++) {
        Mail mail = DeliveryRig.mail(names, HOST, port(number), number);
        producer.send(record(mail, number), (_, failure) -> lost.compareAndSet(null, failure));
        if (number % SHOW_EACH == 0) {
          show.accept(number);
        }
      }
      producer.flush();
    }
    Exception failure = lost.get();
    if (failure != null) {
      throw new IllegalStateException("not all mails that are to wait were written", failure);
    }
  }
}
