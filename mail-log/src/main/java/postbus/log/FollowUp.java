package postbus.log;

import java.time.Instant;
import postbus.mail.Event;

/**
 * What follows from one mail: the records that the stage writes in the same transaction as the
 * offset. An empty one says that nothing follows. {@link Taken#followUp()} begins one; one thread
 * builds it, and {@link Taken#finish} ends it.
 */
public interface FollowUp {

  /** A mail for the next topic. */
  FollowUp mail(String topic, String key, Mail mail);

  /** A line of the mail's story. */
  FollowUp event(Event event);

  /**
   * A mail that this stage is to see again: it waits in a retry topic, or in several in turn, and
   * is moved to {@code topic} when due, up to a quarter of the wait, or the shortest delay, later.
   * The lease of a stored content is extended by this call.
   */
  FollowUp retry(String topic, String key, Mail mail, Instant due);

  /**
   * A mail for the stage's dead letters, with the reason in the record's headers. The lease of a
   * stored content is extended by this call.
   */
  FollowUp deadLetter(String key, Mail mail, String reason);

  /**
   * A mail for {@code mail.quarantine}, with the reason in the record's headers. The lease of a
   * stored content is extended by this call.
   */
  FollowUp quarantine(String key, Mail mail, String reason);
}
