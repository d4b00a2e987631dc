package postbus.router;

import java.io.UncheckedIOException;
import java.util.List;
import postbus.mail.AddressVerifier;
import postbus.mail.EmailAddress;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.router.Candidate.Submission;
import postbus.router.LocalDomains.Membership;
import postbus.router.RoutingTable.Decided;

/**
 * Says at RCPT whether mail for an address leads anywhere, as Exim verifies: an alias with one
 * target is followed, one with several is good without a look at them.
 */
final class Verifier implements AddressVerifier {
  private static final SmtpReply OK = SmtpReply.of(250, "2.1.5", "Ok");

  /** The circumstances do not matter: routers that look at them are left out. */
  private static final Submission NO_MAIL = new Submission(new ReversePath.Null(), "");

  private final LocalDomains domains;
  private final RoutingTable table;

  /**
   * @param table made for verifying
   */
  Verifier(LocalDomains domains, RoutingTable table) {
    this.domains = domains;
    this.table = table;
  }

  @Override
  public Verification verify(EmailAddress address) {
    try {
      Membership local = domains.local(address.domain());
      boolean ours = local != Membership.NO || domains.relayed(address.domain());
      return new Verification(ours, reply(address));
    } catch (UncheckedIOException _) {
      return new Verification(
          true, SmtpReply.of(451, "4.3.5", "the site's data cannot be read at this time"));
    }
  }

  private SmtpReply reply(EmailAddress address) {
    Candidate candidate = Candidate.of(Recipient.of(address), NO_MAIL);
    while (candidate.depth() <= Router.REDIRECTS_MAX) {
      Decided decided = table.decide(candidate);
      switch (decided.decision()) {
        case Decision.Redirect(List<Target> targets)
            when targets.size() == 1 && targets.getFirst() instanceof Target.Address(var only) ->
            candidate = candidate.child(only, decided.by());
        case Decision.Redirect _, Decision.Deliver _, Decision.Discard _ -> {
          return OK;
        }
        case Decision.Fail(SmtpReply reply) -> {
          return reply;
        }
        case Decision.Defer(SmtpReply reply) -> {
          return reply;
        }
        case Decision.Decline() -> throw new IllegalStateException("nobody decided " + address);
      }
    }
    return SmtpReply.of(451, "4.4.6", "aliases lead on and on");
  }
}
