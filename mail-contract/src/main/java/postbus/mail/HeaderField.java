package postbus.mail;

/**
 * A header field that we put before the content when a mail leaves (RFC 5322, section 2.2).
 *
 * @param name such as {@code Received}
 * @param body without the final CRLF; may be folded with CRLF and a space
 */
public record HeaderField(String name, String body) {

  public HeaderField {
    if (!name.matches("[!-9;-~]+")) {
      throw new IllegalArgumentException("not a field name: " + name);
    }
    if (body.replaceAll("\r\n[ \t]", "").matches("(?s).*[\r\n\0].*")) {
      throw new IllegalArgumentException("a line end inside the field " + name);
    }
  }

  @Override
  public String toString() {
    return name + ": " + body + "\r\n";
  }
}
