package postbus.ingress;

import java.util.Optional;
import postbus.mail.SmtpReply;

/** What there is to take mails with. */
interface Capacity {
  /**
   * Why no mail may begin now, if so; asked at each MAIL, on an event loop, and so never waits.
   *
   * @param trusted whether the client is
   */
  Optional<SmtpReply> refusal(boolean trusted);
}
