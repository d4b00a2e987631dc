package postbus.log;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import postbus.log.Bounces.Failure;
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
 * @param retryUntil until when the mail is tried again; empty if it has failed for good
 * @param failures the recipients it is about, at least one, and why
 */
record Report(
    MailId id,
    String primaryHostname,
    EmailAddress sender,
    Envelope about,
    Optional<Instant> retryUntil,
    List<Failure> failures) {

  Report {
    failures = List.copyOf(failures);
  }

  boolean isDelay() {
    return retryUntil.isPresent();
  }

  /** Whether an address is not ASCII, so that the report takes the forms of RFC 6533. */
  boolean isGlobal() {
    return !isAscii(sender.toString())
        || failures.stream().anyMatch(f -> !isAscii(f.recipient().original().toString()));
  }

  /** Whether an alias led the recipient elsewhere: what the remote says would tell where. */
  static boolean isRedirected(Failure failure) {
    return !failure.recipient().address().key().equals(failure.recipient().original().key());
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
