package postbus.mail;

import java.util.List;
import java.util.Optional;

/**
 * A reply as RFC 5321, section 4.2, has it. The enhanced status is held apart from the text (RFC
 * 2034). The text is what either side may show to a person.
 *
 * @param code 200 to 599
 * @param lines at least one; without code, status and line ends
 */
public record SmtpReply(int code, Optional<EnhancedStatus> status, List<String> lines) {

  public SmtpReply {
    if (code < 200 || code > 599) {
      throw new IllegalArgumentException("a reply code lies between 200 and 599: " + code);
    }
    lines = lines.isEmpty() ? List.of("") : List.copyOf(lines);
  }

  /** A reply of one line with an enhanced status such as {@code 5.1.1}. */
  public static SmtpReply of(int code, String status, String text) {
    EnhancedStatus parsed =
        EnhancedStatus.parse(status)
            .orElseThrow(() -> new IllegalArgumentException("no enhanced status: " + status));
    return new SmtpReply(code, Optional.of(parsed), List.of(text));
  }

  /** A reply of one line without an enhanced status: greetings, EHLO, 354 (RFC 2034, section 4). */
  public static SmtpReply of(int code, String text) {
    return new SmtpReply(code, Optional.empty(), List.of(text));
  }

  /** The inverse of {@link #toString()} for a single line. */
  public static Optional<SmtpReply> parse(String line) {
    int code = code(line);
    if (code == 0) {
      return Optional.empty();
    }
    String text = line.length() > 4 ? line.substring(4) : "";
    int space = text.indexOf(' ');
    Optional<EnhancedStatus> status =
        EnhancedStatus.parse(space < 0 ? text : text.substring(0, space))
            .filter(s -> s.statusClass() == code / 100);
    String rest = status.isEmpty() ? text : space < 0 ? "" : text.substring(space + 1);
    return Optional.of(new SmtpReply(code, status, List.of(rest)));
  }

  /** The code that a line begins with; 0 if it begins with none. */
  private static int code(String line) {
    int code = 0;
    for (int i = 0; i < 3; i++) {
      int digit = i < line.length() ? line.charAt(i) - '0' : -1;
      if (digit < 0 || digit > 9) {
        return 0;
      }
      code = code * 10 + digit;
    }
    return code >= 200 && code < 600 ? code : 0;
  }

  /** 2yz: done. */
  public boolean isPositive() {
    return code < 300;
  }

  /** 4yz: the same may succeed later (RFC 5321, section 4.2.1). */
  public boolean isTransient() {
    return code >= 400 && code < 500;
  }

  /** 5yz: the same will fail again. */
  public boolean isPermanent() {
    return code >= 500;
  }

  /** The text in one line, for events and people. */
  public String text() {
    return String.join(" ", lines);
  }

  /** The reply in one line: code, status, text. */
  @Override
  public String toString() {
    return code + status.map(s -> " " + s).orElse("") + (text().isEmpty() ? "" : " " + text());
  }
}
