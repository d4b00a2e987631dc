package postbus.policy;

import java.util.Optional;
import postbus.mail.SmtpReply;

/**
 * Trusted clients may send anywhere, and are not asked whether the address exists: the queue
 * belongs here, not on their side. What follows is about all others.
 */
record TrustRule() implements RecipientCheck {
  private static final SmtpReply MAY_RELAY = SmtpReply.of(250, "2.1.5", "Ok");

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    return asked.question().client().trusted() ? Optional.of(MAY_RELAY) : Optional.empty();
  }

  @Override
  public String name() {
    return "trust";
  }
}
