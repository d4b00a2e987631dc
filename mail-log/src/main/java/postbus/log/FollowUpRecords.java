package postbus.log;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import postbus.mail.Event;
import postbus.mail.MalformedRecord;

/** What follows from one record, as records. */
final class FollowUpRecords implements FollowUp {
  private static final Logger LOG = Logger.getLogger(FollowUpRecords.class);

  private final StageSettings settings;
  private final ContentLease lease;
  private final ConsumerRecord<byte[], byte[]> origin;
  private final int attempts;
  private final BooleanSupplier isIrrevocable;
  private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(2);

  /**
   * @param attempts how often the stage has tried this record
   * @param isIrrevocable whether a mail's work cannot be done again: then what follows from it is
   *     recorded, come what may
   */
  FollowUpRecords(
      StageSettings settings,
      ContentLease lease,
      ConsumerRecord<byte[], byte[]> origin,
      int attempts,
      BooleanSupplier isIrrevocable) {
    this.settings = settings;
    this.lease = lease;
    this.origin = origin;
    this.attempts = attempts;
    this.isIrrevocable = isIrrevocable;
  }

  List<ProducerRecord<byte[], byte[]>> records() {
    return records;
  }

  FollowUpRecords record(ProducerRecord<byte[], byte[]> record) {
    records.add(record);
    return this;
  }

  @Override
  public FollowUp mail(String topic, String key, Mail mail) {
    return record(MailRecords.record(topic, key, mail));
  }

  @Override
  public FollowUp event(Event event) {
    return record(MailRecords.record(event));
  }

  @Override
  public FollowUp retry(String topic, String key, Mail mail, Instant due) {
    extend(mail);
    var record = MailRecords.record(retryTopic(due), key, mail);
    MailRecords.waiting(record.headers(), due, topic);
    return record(record);
  }

  /** The record as it is, for the rest of its wait. */
  FollowUpRecords waitOn(Instant due) {
    try {
      extend(MailRecords.mail(origin));
    } catch (MalformedRecord _) {
      // Then it has no content elsewhere.
    }
    return record(MailRecords.copy(retryTopic(due), origin));
  }

  private String retryTopic(Instant due) {
    Duration wait = Duration.between(Instant.now(), due);
    return Topics.retry(settings.name(), Retries.step(settings.retryDelays(), wait));
  }

  @Override
  public FollowUp deadLetter(String key, Mail mail, String reason) {
    return letter(Topics.deadLetter(settings.name()), key, mail, reason);
  }

  @Override
  public FollowUp quarantine(String key, Mail mail, String reason) {
    return letter(Topics.QUARANTINE, key, mail, reason);
  }

  private FollowUp letter(String topic, String key, Mail mail, String reason) {
    extend(mail);
    var record = MailRecords.record(topic, key, mail);
    MailRecords.dead(record.headers(), reason, origin, attempts);
    return record(record);
  }

  private void extend(Mail mail) {
    try {
      mail.envelope().body().stored().ifPresent(lease::extend);
    } catch (UncheckedIOException e) {
      if (!isIrrevocable.getAsBoolean()) {
        throw e;
      }
      Alarm.CONTENT_GONE.raise(
          LOG, e, "what follows from %s may be without its content.", mail.envelope().id());
    }
  }
}
