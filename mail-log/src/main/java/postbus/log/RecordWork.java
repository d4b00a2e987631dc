package postbus.log;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import postbus.mail.MalformedRecord;

/** What the stage does with records; with mails, once they are read. */
interface RecordWork {

  /** The time, in milliseconds since 1970, before which the record and those behind it wait. */
  default long notBefore(ConsumerRecord<byte[], byte[]> record) {
    return 0;
  }

  /**
   * Looks at a record before it is taken.
   *
   * @throws postbus.mail.UnknownVersion if the partition is to wait for a newer release
   * @throws MalformedRecord if it is a dead letter
   */
  void check(InHand inHand) throws MalformedRecord;

  /** Begins the work on the record. */
  void begin(InHand inHand);

  /** Work on mails. */
  static RecordWork of(StageWork work) {
    return new RecordWork() {
      @Override
      public void check(InHand inHand) throws MalformedRecord {
        inHand.read();
      }

      @Override
      public void begin(InHand inHand) {
        work.take(inHand);
      }
    };
  }
}
