package postbus.router;

import postbus.accounts.AccountAnswer;
import postbus.accounts.Accounts;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.mail.SmtpReply;

/**
 * Mailboxes here. Each is a site of its own, and so has a record of its own: a mailbox that fails
 * delays no other. While it cannot be told who has one, mail waits.
 */
final class AccountRouter implements AddressRouter {
  private final Accounts accounts;

  AccountRouter(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public Decision decide(Candidate candidate) {
    return switch (accounts.find(candidate.address())) {
      case AccountAnswer.Found _ ->
          new Decision.Deliver(
              new Route(Route.LOCAL, candidate.address().key(), new NextHop.Mailbox()));
      case AccountAnswer.Unknown() -> new Decision.Decline();
      // RFC 3463, section 3.5: X.4.3, directory server failure.
      case AccountAnswer.Away(String why) -> new Decision.Defer(SmtpReply.of(451, "4.4.3", why));
    };
  }

  @Override
  public String name(EmailAddress address) {
    return "accounts";
  }
}
