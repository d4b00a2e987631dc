package postbus.policy;

import java.util.Optional;
import postbus.mail.SmtpReply;

/** Clients may send to our domains only, once it is known that they are ours. */
record RelayRule() implements RecipientCheck {
  private static final SmtpReply NOT_PERMITTED = SmtpReply.of(550, "5.7.1", "relay not permitted");
  private static final SmtpReply NOT_KNOWN =
      SmtpReply.of(451, "4.4.3", "it cannot be told now whether we take mail for that domain");

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    return switch (asked.verification().standing()) {
      case LOCAL, RELAYED -> Optional.empty();
      case FOREIGN -> Optional.of(NOT_PERMITTED);
      case UNKNOWN ->
          Optional.of(asked.verification().reply())
              .filter(SmtpReply::isTransient)
              .or(() -> Optional.of(NOT_KNOWN));
    };
  }

  @Override
  public String name() {
    return "relay";
  }
}
