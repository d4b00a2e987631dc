package postbus.mail;

import java.time.Instant;
import java.util.List;

/**
 * What an operator wants done with all the mails of a site: a record of {@code delivery.orders}.
 * The owners of the partitions that hold such mails carry it out, each for its own.
 *
 * @param id names the order, in the order of time
 * @param by who gave it
 * @param pool the pool whose mails are meant
 * @param site the site whose mails are meant
 * @param upTo where the pool's topics ended when the order was given: it concerns the mails before,
 *     save HOLD and RELEASE, which stand until the next of them
 * @param target the pool that MOVE leads to; empty otherwise
 * @param why for the reports that BOUNCE writes, and for people; may be empty
 */
public record Order(
    MailId id,
    String by,
    String pool,
    String site,
    Action action,
    List<End> upTo,
    String target,
    String why) {

  /** What is done. */
  public enum Action {
    /** Tried now, whatever they wait for. */
    RETRY,
    /** Kept, and not tried. */
    HOLD,
    /** No longer kept, and tried now. */
    RELEASE,
    /** Returned to their senders. */
    BOUNCE,
    /** Sent by another pool. */
    MOVE
  }

  /**
   * Where a partition ended.
   *
   * @param offset of the record after the last one
   */
  public record End(String topic, int partition, long offset) {}

  public Order {
    upTo = List.copyOf(upTo);
  }

  /** When it was given. */
  public Instant at() {
    return id.madeAt();
  }

  /** Whether a record at this place is one of those that the order found waiting. */
  public boolean covers(String topic, int partition, long offset) {
    for (End end : upTo) {
      if (end.partition() == partition && end.topic().equals(topic)) {
        return offset < end.offset();
      }
    }
    return false;
  }
}
