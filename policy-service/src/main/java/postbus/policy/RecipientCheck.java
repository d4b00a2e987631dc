package postbus.policy;

import java.util.Optional;
import postbus.mail.SmtpReply;

/** One rule about who may send to whom. */
interface RecipientCheck {

  /** The answer, if this rule has one; empty leaves it to the rules that follow. */
  Optional<SmtpReply> on(AskedRecipient asked);

  /** What it is called in metrics. */
  String name();
}
