package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import postbus.mail.Envelope;
import postbus.mail.MalformedRecord;

/**
 * A record that was set aside for an operator, with the reason: a dead letter, which a stage gave
 * up, or a mail in quarantine, which policy held back. It is never changed; what operators did with
 * it is its {@link LetterMark}.
 */
public final class Letter {
  /** In a record that was replayed or released: the id of the letter that it was. */
  static final String REPLAYED_FROM = "replayed-from";

  private final ConsumerRecord<byte[], byte[]> record;
  private final LetterId id;
  private final @Nullable Envelope envelope;
  private final String unreadable;

  Letter(ConsumerRecord<byte[], byte[]> record) {
    this.record = record;
    this.id = LetterId.of(record);
    Envelope read = null;
    String why = "";
    try {
      read = MailRecords.mail(record).envelope();
    } catch (MalformedRecord malformed) {
      why = String.valueOf(malformed.getMessage());
    }
    this.envelope = read;
    this.unreadable = why;
  }

  public LetterId id() {
    return id;
  }

  /** When it was set aside. */
  public Instant at() {
    return Instant.ofEpochMilli(record.timestamp());
  }

  /** Why, as the stage said it. */
  public String reason() {
    return header(MailRecords.REASON);
  }

  /** The topic it came from; empty if the record does not say, as of a mail from its session. */
  public String origin() {
    return header(MailRecords.ORIGIN);
  }

  /** The partition and offset that it had there, for people. */
  public String originPlace() {
    return header(MailRecords.ORIGIN_PARTITION) + ":" + header(MailRecords.ORIGIN_OFFSET);
  }

  /** How often the stage tried it, for people. */
  public String attempts() {
    return header(MailRecords.ATTEMPTS);
  }

  /** The letter that it was before an operator replayed it; empty if none did. */
  public String replayedFrom() {
    return header(REPLAYED_FROM);
  }

  /** Empty if the record holds no mail that this release can read. */
  public Optional<Envelope> envelope() {
    return Optional.ofNullable(envelope);
  }

  /** Why there is no envelope; empty if there is one. */
  public String unreadable() {
    return unreadable;
  }

  /** The header {@code envelope} as it was written, whether it can be read or not. */
  public String rawEnvelope() {
    return header(MailRecords.ENVELOPE);
  }

  /** Octets of the record's value; below 0 if it has none. */
  public int size() {
    return record.serializedValueSize();
  }

  /** The record's value; empty if there is none, or if it was read without. */
  public byte[] content() {
    return record.value() == null ? new byte[0] : record.value();
  }

  ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  private String header(String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }
}
