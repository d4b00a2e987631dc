package postbus.router;

import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.site.LiveFiles;

/**
 * Mailboxes here. Each is a site of its own, and so has a record of its own: a mailbox that fails
 * delays no other.
 */
final class AccountRouter implements AddressRouter {
  private final LiveFiles files;

  AccountRouter(LiveFiles files) {
    this.files = files;
  }

  @Override
  public Decision decide(Candidate candidate) {
    return files.hasAccount(candidate.address())
        ? new Decision.Deliver(
            new Route(Route.LOCAL, candidate.address().key(), new NextHop.Mailbox()))
        : new Decision.Decline();
  }

  @Override
  public String name(EmailAddress address) {
    return "accounts";
  }
}
