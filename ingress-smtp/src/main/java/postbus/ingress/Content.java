package postbus.ingress;

import java.util.Optional;
import postbus.mail.ContentRef;
import postbus.mail.SmtpReply;

/** How the reading of a content ended. */
sealed interface Content {

  /**
   * It is whole.
   *
   * @param size octets, without dot-stuffing and the final dot
   * @param stored where it is, if it was too big for a record
   */
  record Received(long size, Optional<ContentRef> stored) implements Content {}

  /** It is not taken; its true end has been read, so the next octets are a command. */
  record Refused(SmtpReply reply) implements Content {}
}
