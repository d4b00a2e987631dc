package postbus.mail;

/** Does mail for this address lead anywhere? Answered by router-service for policy-service. */
public interface AddressVerifier {

  /** Blocks for at most a named time limit; what cannot be found out now is a 4yz. */
  Verification verify(EmailAddress address);

  /**
   * What the router found.
   *
   * @param ours whether the domain is local, or one that this site relays for: outsiders may send
   *     to no other
   * @param reply 250 if the address can be routed, 5yz if it never can, 4yz if that cannot be told
   *     now
   */
  record Verification(boolean ours, SmtpReply reply) {}
}
