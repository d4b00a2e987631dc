package postbus.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import postbus.log.Bounces.Told;

/** How reports write dates, long texts, and what strangers said. */
final class ReportLines {
  private static final int LINE_MAX = 76;
  private static final int DIAGNOSTIC_MAX = 1000;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private ReportLines() {}

  /** As RFC 5322, section 3.3, has it. */
  static String date(Instant at) {
    return DATE.format(at);
  }

  /** The reply; of a recipient whom an alias led elsewhere, code and status alone. */
  static String diagnostic(Told one, boolean isGlobal) {
    var reply = one.cause().reply();
    String told =
        Report.isRedirected(one)
            ? reply.code() + reply.status().map(s -> " " + s).orElse("")
            : reply.toString();
    String plain = isGlobal ? clean(told) : clean(told).replaceAll("[^ -~]", "?");
    return plain.length() > DIAGNOSTIC_MAX ? plain.substring(0, DIAGNOSTIC_MAX) : plain;
  }

  /** Lines of a bounded length, broken at spaces where there are any. */
  static String folded(String first, String text, String next) {
    StringBuilder lines = new StringBuilder(first);
    String rest = text;
    for (int room = LINE_MAX - first.length();
        rest.length() > room;
        room = LINE_MAX - next.length()) {
      int space = rest.lastIndexOf(' ', room);
      int at =
          space > 0 ? space : Character.isHighSurrogate(rest.charAt(room - 1)) ? room - 1 : room;
      lines.append(rest, 0, at).append("\r\n").append(next);
      rest = rest.substring(at).stripLeading();
    }
    return lines.append(rest).toString();
  }

  static String clean(String text) {
    return text.replaceAll("[\\p{Cntrl}]+", " ").strip();
  }
}
