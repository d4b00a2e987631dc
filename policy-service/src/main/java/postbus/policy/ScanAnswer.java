package postbus.policy;

/**
 * What came of asking about one mail.
 *
 * @param <A> what a scanner says of a mail
 */
sealed interface ScanAnswer<A> {

  /** A server has looked at the mail. */
  record Found<A>(A found) implements ScanAnswer<A> {}

  /** None has. @param why for those who read the mail: no names of hosts */
  record Unscanned<A>(String why) implements ScanAnswer<A> {}

  /** A server has said in its own words that it does not judge this mail. */
  static <A> ScanAnswer<A> declined() {
    return new Unscanned<>("the scanner did not judge it");
  }
}
