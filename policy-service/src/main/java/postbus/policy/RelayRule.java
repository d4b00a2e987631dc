package postbus.policy;

import java.util.Optional;
import postbus.mail.SmtpReply;

/**
 * Trusted clients may send anywhere, and are not asked whether the address exists: the queue
 * belongs here, not on their side. All others may send to our domains only.
 */
record RelayRule() implements RecipientCheck {
  private static final SmtpReply MAY_RELAY = SmtpReply.of(250, "2.1.5", "Ok");
  private static final SmtpReply NOT_PERMITTED = SmtpReply.of(550, "5.7.1", "relay not permitted");

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    if (asked.question().client().trusted()) {
      return Optional.of(MAY_RELAY);
    }
    return asked.verification().ours() ? Optional.empty() : Optional.of(NOT_PERMITTED);
  }
}
