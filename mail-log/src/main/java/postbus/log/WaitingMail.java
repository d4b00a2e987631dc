package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.MalformedRecord;

/**
 * One mail that waits.
 *
 * @param envelope empty if the record cannot be read
 * @param due until when it waits; empty in a lane
 */
public record WaitingMail(
    String topic, int partition, long offset, Optional<Envelope> envelope, Optional<Instant> due) {

  static WaitingMail of(ConsumerRecord<byte[], Integer> record) {
    Optional<Instant> due = text(record, MailRecords.DUE).flatMap(WaitingMail::instant);
    return new WaitingMail(
        record.topic(), record.partition(), record.offset(), envelope(record), due);
  }

  private static Optional<Envelope> envelope(ConsumerRecord<byte[], Integer> record) {
    Header envelope = record.headers().lastHeader(MailRecords.ENVELOPE);
    try {
      return envelope == null ? Optional.empty() : Optional.of(EnvelopeJson.read(envelope.value()));
    } catch (MalformedRecord _) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(ConsumerRecord<?, ?> record, String name) {
    return Optional.ofNullable(record.headers().lastHeader(name))
        .map(header -> new String(header.value(), UTF_8));
  }

  private static Optional<Instant> instant(String millis) {
    try {
      return Optional.of(Instant.ofEpochMilli(Long.parseLong(millis)));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** A content's length alone, so that no content is copied. */
  static final class Length implements Deserializer<Integer> {
    @Override
    public Integer deserialize(String topic, byte[] data) {
      return data == null ? 0 : data.length;
    }

    @Override
    public Integer deserialize(String topic, Headers headers, ByteBuffer data) {
      return data == null ? 0 : data.remaining();
    }
  }
}
