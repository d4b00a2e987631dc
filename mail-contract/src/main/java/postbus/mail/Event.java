package postbus.mail;

import java.time.Instant;
import java.util.List;

/**
 * Something that happened to a mail: one line of its story, one record of {@code mail.events}.
 *
 * @param service who says so, such as {@code router-service}
 * @param mail the mail it happened to
 * @param what past tense
 * @param sender the reverse-path in text form; empty for the null sender
 * @param recipients those whom it concerns, as they are addressed now; a trace by address looks
 *     here
 * @param detail for people: the remote's reply, the lane, the reason
 */
public record Event(
    Instant at,
    String service,
    MailId mail,
    What what,
    String sender,
    List<String> recipients,
    String detail) {

  /** The steps in a mail's life. */
  public enum What {
    /** The log has it; the client heard 250. */
    ACCEPTED,
    /** The log has it without a verdict; the client heard 250. */
    TAKEN_UNJUDGED,
    /** The client heard 4yz or 5yz after the content. */
    REFUSED,
    /** Policy passed a mail that had been taken unjudged. */
    JUDGED,
    /** Policy held it back; a client heard 250. */
    QUARANTINED,
    /** The router knows where these recipients' mail goes. */
    ROUTED,
    /** The router cannot tell now; tried again later. */
    ROUTING_DEFERRED,
    /** Discarded because the site says so ({@code :blackhole:}). */
    DISCARDED,
    /** The next server or the mailbox has it. */
    DELIVERED,
    /** An attempt failed; tried again later. */
    DEFERRED,
    /** Failed for good; the sender is told by a mail of its own. */
    BOUNCED,
    /** A report that we wrote, of failure, delay or success: the id is the report's own. */
    BOUNCE_WRITTEN,
    /** Kept for an operator: nobody to tell, or not digestible. */
    DEAD_LETTERED,
    /** An operator sent it back to where it had failed. */
    REPLAYED,
    /** An operator let it go on from quarantine. */
    RELEASED,
    /** An operator decided that nothing more is done for these recipients. */
    DROPPED
  }

  public Event {
    recipients = List.copyOf(recipients);
  }

  /** An event of this moment about these recipients of a mail. */
  public static Event now(
      String service, What what, Envelope envelope, List<Recipient> recipients, String detail) {
    return new Event(
        Instant.now(),
        service,
        envelope.id(),
        what,
        envelope.reversePath().text(),
        recipients.stream().map(r -> r.address().toString()).toList(),
        detail);
  }
}
