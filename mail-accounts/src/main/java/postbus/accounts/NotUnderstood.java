package postbus.accounts;

/** A hash that cannot be compared with passwords here; the text says why. */
final class NotUnderstood extends Exception {
  NotUnderstood(String why) {
    super(why, null, false, false);
  }
}
