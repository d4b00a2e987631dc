package postbus.content;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import postbus.mail.EmailAddress;

/**
 * Who a mail says it is from. Only what cannot be misunderstood is an answer, since the signature
 * vouches for it: one From field with one address in ASCII (RFC 5322, section 3.6.2).
 */
final class FromField {
  /** Characters of a field that is looked at. */
  static final int LENGTH_MAX = 2_000;

  private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";
  private static final String ADDRESS =
      "(?:[^\\s\"<>(),:;@\\\\]++|"
          + QUOTED
          + ")@[A-Za-z0-9](?:[A-Za-z0-9-]*+)(?:\\.[A-Za-z0-9-]++)*+";
  private static final Pattern MAILBOX =
      Pattern.compile(
          "\\s*+(?:(?<bare>"
              + ADDRESS
              + ")|(?:[^\",:;<>\\\\]++|"
              + QUOTED
              + ")*+<\\s*+(?<angled>"
              + ADDRESS
              + ")\\s*+>)\\s*+");

  private FromField() {}

  /** The author's address; empty if there is none, or not exactly one. */
  static Optional<EmailAddress> address(HeaderFields header) {
    List<HeaderFields.Field> fields = header.upwards("from");
    if (fields.size() != 1 || fields.getFirst().body().length() > LENGTH_MAX) {
      return Optional.empty();
    }
    Matcher mailbox = MAILBOX.matcher(withoutComments(fields.getFirst().body()));
    if (!mailbox.matches()) {
      return Optional.empty();
    }
    String bare = mailbox.group("bare");
    return EmailAddress.parse(bare != null ? bare : mailbox.group("angled"));
  }

  /** A comment without its end leaves nothing: readers differ in what they see of the rest. */
  private static String withoutComments(String body) {
    StringBuilder plain = new StringBuilder(body.length());
    int depth = 0;
    boolean quoted = false;
    for (int at = 0; at < body.length(); at++) {
      char character = body.charAt(at);
      boolean escapes = character == '\\' && at + 1 < body.length() && (quoted || depth > 0);
      if (character == '"' && depth == 0) {
        quoted = !quoted;
      } else if (character == '(' && !quoted) {
        depth++;
      }
      if (depth == 0) {
        plain.append(character);
        if (escapes) {
          plain.append(body.charAt(at + 1));
        }
      }
      if (character == ')' && !quoted && depth > 0) {
        depth--;
      }
      at += escapes ? 1 : 0;
    }
    return depth > 0 ? "" : plain.toString();
  }
}
