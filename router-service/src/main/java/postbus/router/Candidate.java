package postbus.router;

import java.util.Optional;
import postbus.mail.EmailAddress;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/**
 * An address to be routed, with the family it descends from and the circumstances of its mail.
 *
 * @param from the address that an alias replaced by this one; empty for the mail's own recipient
 * @param depth how many ancestors it has
 */
record Candidate(Recipient recipient, Submission submission, Optional<Parent> from, int depth) {

  /** How the mail came in: who sends it, and by which listener. */
  record Submission(ReversePath sender, String listener) {}

  /** The address before, and the router that replaced it. */
  record Parent(Candidate candidate, AddressRouter by) {}

  /** A recipient as the mail names it. */
  static Candidate of(Recipient recipient, Submission submission) {
    return new Candidate(recipient, submission, Optional.empty(), 0);
  }

  /** The address that a router puts in this one's place. */
  Candidate child(EmailAddress target, AddressRouter by) {
    return new Candidate(
        recipient.redirectedTo(target), submission, Optional.of(new Parent(this, by)), depth + 1);
  }

  /** The same address, of whose success nobody is told. */
  Candidate withoutSuccess() {
    Recipient quiet =
        new Recipient(address(), recipient.original(), recipient.parameters().withoutSuccess());
    return new Candidate(quiet, submission, from, depth);
  }

  EmailAddress address() {
    return recipient.address();
  }

  /**
   * Whether this router replaced the same address before in the family. It is passed over then, so
   * that an address that leads back to itself gets to the next router, as with Exim.
   */
  boolean cameThrough(AddressRouter router) {
    for (Optional<Parent> at = from; at.isPresent(); at = at.get().candidate().from()) {
      if (at.get().by() == router && isWrittenAs(at.get().candidate().address())) {
        return true;
      }
    }
    return false;
  }

  /** Quotes count here: as with Exim, {@code "jane"@x} may lead to {@code jane@x} once. */
  private boolean isWrittenAs(EmailAddress other) {
    return address().domain().equals(other.domain())
        && address().localPart().equalsIgnoreCase(other.localPart());
  }
}
