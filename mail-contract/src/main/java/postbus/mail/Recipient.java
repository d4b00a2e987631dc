package postbus.mail;

/**
 * One recipient of a mail.
 *
 * @param address where the mail goes now, after aliases
 * @param original the address as the sender wrote it in RCPT: what a bounce names, so that it tells
 *     the sender something he knows and no outsider what an alias leads to (RFC 3464, 2.3.2)
 */
public record Recipient(
    EmailAddress address, EmailAddress original, RecipientParameters parameters) {

  /** A recipient for whom nothing was asked. */
  public Recipient(EmailAddress address, EmailAddress original) {
    this(address, original, RecipientParameters.NONE);
  }

  /** A recipient that no alias has touched. */
  public static Recipient of(EmailAddress address) {
    return new Recipient(address, address);
  }

  /** The same recipient, led on by an alias. */
  public Recipient redirectedTo(EmailAddress target) {
    return new Recipient(target, original, parameters);
  }
}
