package postbus.mail;

/** The field that tells what is known of a mail's origin (RFC 8601). */
public final class AuthenticationResults {
  /** The field's name. */
  public static final String NAME = "Authentication-Results";

  private AuthenticationResults() {}

  /**
   * A text for people with what our own field says behind it, in one line and without our name; the
   * text alone if there is none.
   */
  public static String after(String text, Envelope envelope) {
    return envelope.added().stream()
        .filter(field -> field.name().equals(NAME))
        .findFirst()
        .map(field -> text + ": " + told(field.body()))
        .orElse(text);
  }

  private static String told(String body) {
    String line = body.replace("\r\n", "").replace('\t', ' ');
    return line.substring(line.indexOf(';') + 1).strip();
  }
}
