package postbus.log;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import postbus.log.Bounces.Told;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;

/**
 * What a sender is told of his mail (RFC 3464).
 *
 * @param id the report's own
 * @param primaryHostname who tells it
 * @param sender whom it goes to
 * @param about the mail it is about
 * @param action what became of it
 * @param retryUntil until when a late mail is tried again; else empty
 * @param told the recipients it is about, at least one, and why
 */
record Report(
    MailId id,
    String primaryHostname,
    EmailAddress sender,
    Envelope about,
    Action action,
    Optional<Instant> retryUntil,
    List<Told> told) {

  Report {
    told = List.copyOf(told);
  }

  /** What became of a mail (RFC 3464, section 2.3.3). */
  enum Action {
    FAILED(
        5,
        "Undelivered Mail Returned to Sender",
        "Your mail could not be delivered to these recipients, and will not be\r\ntried again."),
    DELAYED(
        4,
        "Delayed Mail (still being tried)",
        "Your mail has not yet been delivered to these recipients."),
    DELIVERED(2, "Delivered Mail", "Your mail has been delivered to these recipients."),
    RELAYED(
        2,
        "Relayed Mail",
        "Your mail has been passed on for these recipients, to servers that will\r\n"
            + "not tell you of its delivery."),
    EXPANDED(
        2,
        "Expanded Mail",
        "Your mail has been passed on to all for whom these recipients stand. You\r\n"
            + "will not be told of its delivery to each of them.");

    /** The class of the status: what a 4yz was for days has failed now (RFC 3464, 2.3.4). */
    final int statusClass;

    final String subject;
    final String opening;

    Action(int statusClass, String subject, String opening) {
      this.statusClass = statusClass;
      this.subject = subject;
      this.opening = opening;
    }
  }

  /**
   * Whether the mail is quoted. Success is reported whenever a client asks for it: what a stranger
   * writes is not sent that way to whom he names as its sender.
   */
  boolean isQuoting() {
    return action.statusClass != 2 || about.client().trusted();
  }

  /** Whether an address is not ASCII, so that the report takes the forms of RFC 6533. */
  boolean isGlobal() {
    return !isAscii(sender.toString())
        || told.stream().anyMatch(one -> !isAscii(one.recipient().original().toString()));
  }

  /** Whether an alias led the recipient elsewhere: what the remote says would tell where. */
  static boolean isRedirected(Told one) {
    return !one.recipient().address().key().equals(one.recipient().original().key());
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
