package postbus.imap;

import java.util.OptionalLong;
import postbus.mail.EmailAddress;

/** How much mailboxes may hold. */
@FunctionalInterface
interface Quotas {
  /** Each mailbox says it itself. */
  Quotas OWN = _ -> OptionalLong.empty();

  /** Octets; 0 for no limit, empty for what the mailbox itself says. May block for a while. */
  OptionalLong octetsMax(EmailAddress mailbox);
}
