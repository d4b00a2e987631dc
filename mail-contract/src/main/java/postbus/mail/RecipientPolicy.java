package postbus.mail;

/**
 * May this recipient be used here? Answered by policy-service: over HTTP between processes, by a
 * call in standalone.
 */
public interface RecipientPolicy {

  /**
   * Blocks for at most a named time limit.
   *
   * @return 250 if so; else the 4yz or 5yz reply that the client hears. What cannot be found out
   *     now is a 4yz, never an exception.
   */
  SmtpReply onRecipient(RecipientQuestion question);
}
