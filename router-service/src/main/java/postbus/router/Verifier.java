package postbus.router;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import postbus.mail.AddressVerifier;
import postbus.mail.EmailAddress;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.mail.SmtpReply;
import postbus.router.Candidate.Submission;
import postbus.router.LocalDomains.Membership;
import postbus.router.RoutingTable.Decided;
import postbus.site.alias.Target;

/**
 * Says at RCPT whether mail for an address leads anywhere, as Exim verifies: an alias with one
 * address is followed; one with several, or with a command or a file, is good without a look at
 * them. Where another server knows the addresses, it is asked.
 */
final class Verifier implements AddressVerifier {
  private static final SmtpReply OK = SmtpReply.of(250, "2.1.5", "Ok");

  /** The circumstances do not matter: routers that look at them are left out. */
  private static final Submission NO_MAIL = new Submission(new ReversePath.Null(), "");

  private final LocalDomains domains;
  private final RoutingTable table;
  private final CalledDomains called;
  private final Duration wait;

  /**
   * @param table made for verifying
   * @param wait for which a call-out may hold up the answer, the time before it included
   */
  Verifier(LocalDomains domains, RoutingTable table, CalledDomains called, Duration wait) {
    this.domains = domains;
    this.table = table;
    this.called = called;
    this.wait = wait;
  }

  @Override
  public Verification verify(EmailAddress address) {
    long deadline = System.nanoTime() + wait.toNanos();
    try {
      return switch (standing(address.domain())) {
        case UNKNOWN -> cannotTell("4.4.3", "DNS does not say who takes mail for that domain");
        case Standing known -> new Verification(known, reply(address, deadline));
      };
    } catch (UncheckedIOException _) {
      return cannotTell("4.3.5", "the site's data cannot be read at this time");
    }
  }

  private Standing standing(String domain) {
    return switch (domains.local(domain)) {
      case Membership.YES -> Standing.LOCAL;
      case Membership.NO -> domains.relayed(domain) ? Standing.RELAYED : Standing.FOREIGN;
      case Membership.UNKNOWN -> Standing.UNKNOWN;
    };
  }

  private SmtpReply reply(EmailAddress address, long deadline) {
    Candidate candidate = Candidate.of(Recipient.of(address), NO_MAIL);
    while (candidate.depth() <= Journey.REDIRECTS_MAX) {
      Decided decided = table.decide(candidate);
      switch (decided.decision()) {
        case Decision.Redirect(List<Target> targets)
            when targets.size() == 1 && targets.getFirst() instanceof Target.Address(var only) ->
            candidate = candidate.child(only, decided.by());
        case Decision.Deliver(Route route) -> {
          return called(candidate.address(), route, deadline).orElse(OK);
        }
        case Decision.Redirect _, Decision.Discard _ -> {
          return OK;
        }
        case Decision.Fail(SmtpReply reply, _) -> {
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

  private Optional<SmtpReply> called(EmailAddress recipient, Route route, long deadline) {
    return called.refusal(
        recipient, route.nextHop(), Duration.ofNanos(deadline - System.nanoTime()));
  }

  private static Verification cannotTell(String status, String why) {
    return new Verification(Standing.UNKNOWN, SmtpReply.of(451, status, why));
  }
}
