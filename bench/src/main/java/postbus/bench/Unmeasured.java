package postbus.bench;

/** What was measured does not count, or could not be measured; the text says why. */
final class Unmeasured extends RuntimeException {
  Unmeasured(String why) {
    super(why);
  }
}
