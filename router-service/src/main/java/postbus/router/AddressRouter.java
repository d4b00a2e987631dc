package postbus.router;

import postbus.mail.EmailAddress;

/** One of the rules by which an address is routed; they are asked in the seed's order. */
interface AddressRouter {

  /**
   * What this rule says of an address; {@link Decision.Decline} if it says nothing. May read files
   * and ask DNS. What cannot be found out now is a {@link Decision.Defer}, or an {@link
   * java.io.UncheckedIOException} that the caller takes for one.
   */
  Decision decide(Candidate candidate);

  /** What the rule is called where it has decided about this address, such as {@code aliases}. */
  String name(EmailAddress address);
}
