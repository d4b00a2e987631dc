package postbus.router;

import java.util.List;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;
import postbus.router.OtrsAddresses.Answer;
import postbus.site.alias.Target;

/**
 * The addresses of OTRS queues: their mail goes to OTRS, which sorts it by the address that the
 * sender wrote. While it cannot be told which addresses those are, mail waits.
 */
final class OtrsRouter implements AddressRouter {
  private final OtrsAddresses addresses;
  private final EmailAddress target;

  /**
   * @param target where the mail of all queues goes
   */
  OtrsRouter(OtrsAddresses addresses, EmailAddress target) {
    this.addresses = addresses;
    this.target = target;
  }

  @Override
  public Decision decide(Candidate candidate) {
    return switch (addresses.of(candidate.address())) {
      case Answer.Yes() -> new Decision.Redirect(List.of(new Target.Address(target)));
      case Answer.No() -> new Decision.Decline();
      // RFC 3463, section 3.5: X.4.3, directory server failure.
      case Answer.Unknown(String why) -> new Decision.Defer(SmtpReply.of(451, "4.4.3", why));
    };
  }

  @Override
  public String name(EmailAddress address) {
    return "otrs";
  }
}
