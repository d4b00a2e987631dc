package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import postbus.mail.EnvelopeJson;
import postbus.mail.Event;
import postbus.mail.MalformedRecord;

/**
 * How mails and events lie in records: the value is the content byte for byte, the header {@code
 * envelope} is JSON, the key is UTF-8. Contents are never copied.
 */
public final class MailRecords {
  /** The envelope of the mail, JSON. */
  public static final String ENVELOPE = "envelope";

  /** In a retry topic: when the mail goes back, decimal milliseconds since 1970. */
  public static final String DUE = "due";

  /** In a retry topic, where the mail goes back to; in a dead letter, where it came from. */
  public static final String ORIGIN = "origin";

  /** In a dead letter: the partition it came from, decimal. */
  public static final String ORIGIN_PARTITION = "origin-partition";

  /** In a dead letter: the offset it had there, decimal. */
  public static final String ORIGIN_OFFSET = "origin-offset";

  /** In a dead letter, and in quarantine: why, for people. */
  public static final String REASON = "reason";

  /** In a dead letter: how often the stage has tried, decimal. */
  public static final String ATTEMPTS = "attempts";

  private MailRecords() {}

  /** A mail as a record. */
  public static ProducerRecord<byte[], byte[]> record(String topic, String key, Mail mail) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(ENVELOPE, EnvelopeJson.write(mail.envelope()));
    return new ProducerRecord<>(topic, null, key.getBytes(UTF_8), mail.content(), headers);
  }

  /** An event as a record of {@code mail.events}. */
  public static ProducerRecord<byte[], byte[]> record(Event event) {
    return new EventRecord(event);
  }

  /**
   * The mail that a record holds.
   *
   * @throws postbus.mail.UnknownVersion if a newer release wrote it
   * @throws MalformedRecord if it holds no mail
   */
  public static Mail mail(ConsumerRecord<byte[], byte[]> record) throws MalformedRecord {
    Header envelope = record.headers().lastHeader(ENVELOPE);
    if (envelope == null || envelope.value() == null) {
      throw new MalformedRecord("the header envelope is missing");
    }
    if (record.value() == null) {
      throw new MalformedRecord("the record has no value");
    }
    return new Mail(EnvelopeJson.read(envelope.value()), record.value());
  }

  /** The record's key as text; empty if it has none. */
  public static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), UTF_8);
  }

  /** The text of a record's header; null if it has none of that name. */
  public static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  /** Adds what a record in a retry topic says beside the mail. */
  static void waiting(Headers headers, Instant due, String origin) {
    headers.add(DUE, Long.toString(due.toEpochMilli()).getBytes(UTF_8));
    headers.add(ORIGIN, origin.getBytes(UTF_8));
  }

  /** The same record for another topic, with headers of its own. */
  static ProducerRecord<byte[], byte[]> copy(String topic, ConsumerRecord<byte[], byte[]> record) {
    return new ProducerRecord<>(
        topic, null, record.key(), record.value(), new RecordHeaders(record.headers().toArray()));
  }

  /** Adds what a dead letter, or a mail in quarantine, says beside the record that it was. */
  static void dead(
      Headers headers, String reason, ConsumerRecord<byte[], byte[]> origin, int attempts) {
    set(headers, REASON, reason);
    set(headers, ORIGIN, origin.topic());
    set(headers, ORIGIN_PARTITION, Integer.toString(origin.partition()));
    set(headers, ORIGIN_OFFSET, Long.toString(origin.offset()));
    set(headers, ATTEMPTS, Integer.toString(attempts));
  }

  private static void set(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(UTF_8));
  }
}
