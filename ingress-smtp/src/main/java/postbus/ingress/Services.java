package postbus.ingress;

import java.util.Optional;
import postbus.log.ContentStore;
import postbus.mail.SmtpReply;
import postbus.site.Site;

/**
 * What all sessions of a server use.
 *
 * @param memory the bound of all contents in memory together
 */
record Services(
    Site site,
    RecipientDesk recipients,
    SenderDesk senders,
    LoginDesk logins,
    PolicyHealth health,
    FreeSpace disk,
    GreetingPause greetingPause,
    Intake intake,
    ContentStore store,
    OctetBudget memory)
    implements Capacity {

  @Override
  public Optional<SmtpReply> refusal(boolean trusted) {
    if (!disk.isEnough()) {
      return Optional.of(Replies.DISK_FULL);
    }
    return trusted || health.answers() ? Optional.empty() : Optional.of(Replies.POLICY_AWAY);
  }
}
