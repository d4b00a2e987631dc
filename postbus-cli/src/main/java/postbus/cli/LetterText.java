package postbus.cli;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import postbus.log.Letter;
import postbus.log.LetterMark;
import postbus.mail.Envelope;
import postbus.mail.Route;

/** A letter as an operator reads it. Strangers' texts cannot steer the terminal. */
final class LetterText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  /** As wide as most rows need: rows are printed as they are read, before the widest is known. */
  private static final String ROW = "%-20s  %-19s  %-8s  %-8s  %-40s  %s";

  private static final String HELD_ROW = "%-18s  %-19s  %-8s  %-19s  %-25s  %-40s  %s";

  private static final int REASON_MAX = 40;

  private LetterText() {}

  /** Above the rows. */
  static String headings() {
    return ROW.formatted("ID", "TIME", "STAGE", "STATE", "REASON", "MAIL");
  }

  static String row(Letter letter, LetterMark mark) {
    return printable(
            ROW.formatted(
                letter.id(),
                time(letter.at()),
                letter.id().stage(),
                state(mark),
                reason(letter),
                who(letter, mark)))
        .stripTrailing();
  }

  private static String reason(Letter letter) {
    String reason = letter.reason().lines().findFirst().orElse("");
    return reason.length() > REASON_MAX ? reason.substring(0, REASON_MAX - 1) + "…" : reason;
  }

  /** Above the rows of what is in quarantine. */
  static String heldHeadings() {
    return HELD_ROW.formatted("ID", "HELD SINCE", "STATE", "UNTIL", "CONTENT", "REASON", "MAIL");
  }

  /** A row of what is in quarantine; one that is done with waits until no moment. */
  static String heldRow(Letter letter, LetterMark mark, Optional<Instant> until, String content) {
    return printable(
            HELD_ROW.formatted(
                letter.id(),
                time(letter.at()),
                state(mark),
                mark.isDone() ? "" : until.map(LetterText::time).orElse("?"),
                content,
                reason(letter),
                who(letter, mark)))
        .stripTrailing();
  }

  /** What has been done with it last; {@code new} if nothing has. */
  static String state(LetterMark mark) {
    return mark.last().map(step -> step.what().name().toLowerCase(Locale.ROOT)).orElse("new");
  }

  /** Sender and recipients as they are now. */
  static String who(Letter letter, LetterMark mark) {
    return printable(
        mark.edited()
            .or(letter::envelope)
            .map(LetterText::who)
            .orElseGet(() -> "not a mail: " + letter.unreadable()));
  }

  private static String who(Envelope envelope) {
    int others = envelope.recipients().size() - 1;
    return envelope.reversePath()
        + " -> "
        + envelope.recipients().getFirst().address()
        + (others == 0 ? "" : " and " + others + " more");
  }

  /** All of a letter but its content, a line each. */
  static List<String> lines(Letter letter, LetterMark mark, String content) {
    boolean isHeld = letter.id().isQuarantine();
    var lines = new LabelledLines();
    lines.add("letter", letter.id() + "  " + state(mark));
    lines.add(isHeld ? "held since" : "dead since", time(letter.at()));
    lines.add("reason", letter.reason());
    lines.add(
        isHeld ? "judged" : "failed in",
        isHeld && letter.origin().isEmpty()
            ? "in its session"
            : letter.origin() + " (" + letter.originPlace() + ")");
    lines.add("attempts", letter.attempts());
    lines.add("replayed from", letter.replayedFrom());
    letter
        .envelope()
        .ifPresentOrElse(
            envelope -> envelope(lines, envelope, content),
            () -> {
              lines.add("not a mail", letter.unreadable());
              lines.add("envelope", letter.rawEnvelope());
              lines.add("value", letter.size() < 0 ? "none" : letter.size() + " octets");
            });
    mark.edited().ifPresent(edited -> edited(lines, edited));
    for (LetterMark.Step step : mark.steps()) {
      String what = step.what().name().toLowerCase(Locale.ROOT);
      lines.add(what, time(step.at()) + " by " + step.by() + ": " + step.why());
    }
    return lines.all();
  }

  private static void envelope(LabelledLines lines, Envelope envelope, String content) {
    lines.add("mail", envelope.id().toString());
    lines.add("received", time(envelope.receivedAt()));
    lines.add("from client", envelope.client().address() + " " + envelope.client().helo());
    envelope.client().account().ifPresent(account -> lines.add("logged in as", account));
    lines.add("sender", envelope.reversePath().toString());
    envelope
        .recipients()
        .forEach(to ->
            lines.add(
                "recipient",
                to.address().equals(to.original())
                    ? to.address().toString()
                    : to.address() + " (for " + to.original() + ")"));
    Optional<Route> route = envelope.route();
    lines.add(
        "route",
        route.map(way -> way.pool() + ", " + way.site() + ": " + way.nextHop()).orElse(""));
    lines.add("suspect", envelope.suspect() ? "yes: its sender is told of nothing" : "");
    lines.add("content", envelope.body().size() + " octets, " + content);
    envelope.body().stored().ifPresent(ref -> lines.add("stored as", ref.name()));
  }

  private static void edited(LabelledLines lines, Envelope edited) {
    lines.add("edited sender", edited.reversePath().toString());
    edited.recipients().forEach(to -> lines.add("edited recipient", to.address().toString()));
  }

  /** The header of a content, without what follows. */
  static List<String> header(byte[] content) {
    return new String(content, StandardCharsets.UTF_8)
        .lines()
        .takeWhile(line -> !line.isEmpty())
        .map(LetterText::printable)
        .toList();
  }

  /** All of a content. */
  static List<String> content(byte[] content) {
    return new String(content, StandardCharsets.UTF_8).lines().map(LetterText::printable).toList();
  }

  static String time(Instant at) {
    return TIME.format(at.atZone(ZoneId.systemDefault()));
  }

  /** Control characters and those that turn text around are shown as a question mark. */
  static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          boolean steers =
              Character.isISOControl(c) && c != '\t' || Character.getType(c) == Character.FORMAT;
          safe.appendCodePoint(steers ? '?' : c);
        });
    return safe.toString();
  }
}
