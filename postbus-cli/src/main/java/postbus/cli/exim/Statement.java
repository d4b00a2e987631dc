package postbus.cli.exim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A statement of an access control list: a verb, and conditions and modifiers in their order. */
final class Statement {
  private final String acl;
  private final String place;
  private final StringBuilder text;
  private boolean isTaken;

  Statement(String acl, String verb, String place) {
    this.acl = acl;
    this.place = place;
    this.text = new StringBuilder(verb);
  }

  void add(String condition) {
    text.append(" | ").append(condition.replaceAll("\\s+", " ").replaceAll(" ?= ?", " = "));
  }

  String place() {
    return place;
  }

  /** Such as {@code deny | hosts = +bad | message = go away}. */
  String text() {
    return text.toString();
  }

  /** Its parts, if it has this form; from now on it is translated. */
  Optional<MatchResult> take(String form) {
    Matcher matcher = Pattern.compile(form).matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    isTaken = true;
    return Optional.of(matcher.toMatchResult());
  }

  /** Names it, if nobody has translated it. */
  static void tellRest(List<Statement> statements, Notes notes) {
    List<Statement> rest = new ArrayList<>(statements);
    rest.removeIf(statement -> statement.isTaken);
    rest.forEach(statement ->
        notes.add(statement.place, "not translated: " + statement.acl + ": " + statement.text));
  }
}
