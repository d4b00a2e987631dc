package postbus.log;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What an operator's wish means for one letter. */
public sealed interface Resolution {

  /** The letter that it is about. */
  LetterId letter();

  /** Nothing is done with it. */
  record Refused(LetterId letter, String why) implements Resolution {}

  /**
   * It can be done; nothing is, until {@link LetterDesk#record} has recorded it.
   *
   * @param mark as it is then
   * @param records what follows, in the same transaction
   * @param tells what is done, for people
   */
  record Resolved(
      LetterId letter, LetterMark mark, List<ProducerRecord<byte[], byte[]>> records, String tells)
      implements Resolution {

    public Resolved {
      records = List.copyOf(records);
    }

    /** Octets of what follows. */
    public long octets() {
      return records.stream()
          .mapToLong(record -> Optional.ofNullable(record.value()).map(v -> v.length).orElse(0))
          .sum();
    }
  }
}
