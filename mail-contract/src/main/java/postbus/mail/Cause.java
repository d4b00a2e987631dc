package postbus.mail;

/**
 * Why an attempt ended as it did.
 *
 * @param command the command that provoked the reply, such as {@code RCPT}; or {@code CONNECT}
 * @param reply what the remote said; our own words in reply form where it said nothing
 * @param remote who said it, such as {@code mx.example.net[192.0.2.3]:25}; empty if ourselves
 */
public record Cause(String command, SmtpReply reply, String remote) {

  /** A cause found here, not said by a remote. */
  public static Cause ours(String command, int code, String status, String text) {
    return new Cause(command, SmtpReply.of(code, status, text), "");
  }
}
