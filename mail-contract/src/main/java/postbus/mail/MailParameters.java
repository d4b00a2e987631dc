package postbus.mail;

/**
 * What the sender asked for with MAIL (RFC 3461, sections 4.3 and 4.4; RFC 8689).
 *
 * @param returned how much of the mail a report quotes
 * @param envid the sender's own name for the mail, as it was sent (xtext, up to 100 characters);
 *     empty if he gave none
 * @param requireTls whether the mail may only travel over TLS to servers that promise the same
 */
public record MailParameters(Return returned, String envid, boolean requireTls) {
  /** Nothing was asked for. */
  public static final MailParameters NONE = new MailParameters(Return.UNSAID, "", false);

  /** RET. */
  public enum Return {
    /** Not given: the header, as with HDRS. */
    UNSAID,
    /** RET=FULL: the whole mail. */
    FULL,
    /** RET=HDRS: the header alone. */
    HDRS
  }
}
