package postbus.policy;

import java.util.Optional;
import postbus.mail.SmtpReply;

/** What the router says of the address is the answer, whatever it is; so it comes last. */
record AddressExists() implements RecipientCheck {

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    return Optional.of(asked.verification().reply());
  }

  @Override
  public String name() {
    return "address";
  }
}
