package postbus.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import postbus.mail.Event;

/** One step of a mail's story, as an operator reads it. */
final class StoryLine {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);

  private StoryLine() {}

  /** Time, the mail if asked for, service, what happened, to whom, and what the remote said. */
  static String of(Event event, boolean withMail, ZoneId zone) {
    String line =
        "%s  %s%-16s  %-16s  %s  %s"
            .formatted(
                time(event.at(), zone),
                withMail ? event.mail() + "  " : "",
                event.service(),
                event.what().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                String.join(", ", event.recipients()),
                event.detail());
    return printable(line).stripTrailing();
  }

  /** To the millisecond, without the zone. */
  static String time(Instant at, ZoneId zone) {
    return TIME.format(at.atZone(zone));
  }

  /** A stranger's reply must not steer the operator's terminal. */
  static String printable(String line) {
    StringBuilder safe = new StringBuilder(line.length());
    line.chars().forEach(c -> safe.append(Character.isISOControl(c) ? '?' : (char) c));
    return safe.toString();
  }
}
