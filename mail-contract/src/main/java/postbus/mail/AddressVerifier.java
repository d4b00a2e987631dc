package postbus.mail;

/** Does mail for this address lead anywhere? Answered by router-service for policy-service. */
public interface AddressVerifier {

  /** Blocks for at most a named time limit; what cannot be found out now is a 4yz. */
  Verification verify(EmailAddress address);

  /**
   * What the router found.
   *
   * @param reply 250 if the address can be routed, 5yz if it never can, 4yz if that cannot be told
   *     now
   */
  record Verification(Standing standing, SmtpReply reply) {}

  /** What a domain is to this site: outsiders may send to those that are its own or relayed. */
  enum Standing {
    /** Its addresses are known here. */
    LOCAL,
    /** Another server's, for which this site takes mail. */
    RELAYED,
    /** Nothing of ours. */
    FOREIGN,
    /** That cannot be told now. */
    UNKNOWN
  }
}
