package postbus.policy;

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
  private @Nullable Verification verification;

  AskedRecipient(RecipientQuestion question, AddressVerifier verifier) {
    this.question = question;
    this.verifier = verifier;
  }

  RecipientQuestion question() {
    return question;
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
