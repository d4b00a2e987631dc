package postbus.policy;

/** What a stranger said, as far as it may be quoted in a log line or a reply. */
final class Quoted {
  private static final int LENGTH_MAX = 120;

  private Quoted() {}

  /** The first characters, in printable ASCII. */
  static String line(String said) {
    return said.substring(0, Math.min(said.length(), LENGTH_MAX)).replaceAll("[^\\x20-\\x7E]", "?");
  }
}
