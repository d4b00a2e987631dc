package postbus.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.AddressVerifier;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.RecipientQuestion;

/**
 * A question with what the router knows of its recipient. The router is asked when a check first
 * wants to know, and never twice. Belongs to one thread.
 */
final class AskedRecipient {
  private final RecipientQuestion question;
  private final AddressVerifier verifier;
  private final long begin = System.nanoTime();
  private @Nullable Verification verification;

  AskedRecipient(RecipientQuestion question, AddressVerifier verifier) {
    this.question = question;
    this.verifier = verifier;
  }

  RecipientQuestion question() {
    return question;
  }

  /** The client's address; empty if what it has is none. */
  Optional<InetAddress> address() {
    return ClientAddress.of(question.client());
  }

  /**
   * Whoever is refused or put off for what his client is must be able to write to the postmaster
   * (RFC 5321, section 4.5.1).
   */
  boolean isForPostmaster() {
    return question.recipient().unquotedLocalPart().equalsIgnoreCase("postmaster");
  }

  /** What is left of this time since the question came; a rule that comes late waits less. */
  Duration left(Duration time) {
    Duration left = time.minusNanos(System.nanoTime() - begin);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Blocks as long as {@link AddressVerifier#verify} does. */
  Verification verification() {
    Verification known = verification;
    if (known == null) {
      known = verifier.verify(question.recipient());
      verification = known;
    }
    return known;
  }
}
