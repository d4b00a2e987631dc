package postbus.smtp;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import postbus.mail.SmtpReply;

/** What a server offers in its reply to EHLO (RFC 5321, section 4.1.1.1). */
record Extensions(Set<String> keywords) {
  /** A server that knows HELO only. */
  static final Extensions NONE = new Extensions(Set.of());

  Extensions {
    keywords = Set.copyOf(keywords);
  }

  /** The first line is the server's name. */
  static Extensions of(SmtpReply ehlo) {
    List<String> lines = ehlo.lines();
    return new Extensions(
        lines.subList(1, lines.size()).stream()
            .map(line -> line.strip().split("[ =]", 2)[0].toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet()));
  }

  boolean pipelining() {
    return keywords.contains("PIPELINING");
  }

  boolean size() {
    return keywords.contains("SIZE");
  }

  boolean eightBitMime() {
    return keywords.contains("8BITMIME");
  }

  boolean smtpUtf8() {
    return keywords.contains("SMTPUTF8");
  }

  boolean startTls() {
    return keywords.contains("STARTTLS");
  }
}
