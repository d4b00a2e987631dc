package postbus.mail;

/**
 * The router's decision for the recipients of one delivery record: they share an SMTP transaction.
 *
 * @param pool the set of source addresses it leaves from, such as {@code normal} or {@code bulk};
 *     {@code local} for mailboxes and pipes
 * @param site the group of domains with the same exchangers: what limits count against, and the key
 *     of the record in its lane
 */
public record Route(String pool, String site, NextHop nextHop) {
  /** The pool name of mail that goes into mailboxes and pipes here. */
  public static final String LOCAL = "local";
}
