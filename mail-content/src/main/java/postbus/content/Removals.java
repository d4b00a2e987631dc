package postbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import postbus.mail.Removal;

/**
 * Leaves fields out of a content's header, wherever they stand before its first empty line, with
 * all their folded lines. A line end is what may become one when the mail leaves ({@link
 * LineEnds}). Reads the header twice, and holds a few kilobytes; without removals it does nothing.
 */
public final class Removals {
  /**
   * Octets of a field that are looked at for its first token. One that has not ended by then is
   * nothing that an honest sender writes: the field is taken for the one to remove.
   */
  static final int LOOKED_AT_MAX = 4 * 1024;

  private final List<Removal> wanted;
  private final List<Edit> edits = new ArrayList<>();
  private final Set<Removal> met = new LinkedHashSet<>();
  private final StringBuilder field = new StringBuilder();
  private long fieldBegin;

  private Removals(List<Removal> wanted) {
    this.wanted = wanted;
  }

  /** The same content without these fields; as it is, if there are none to leave out. */
  public static Source without(List<Removal> removed, Source content) {
    if (removed.isEmpty()) {
      return content;
    }
    Source even = () -> new LineEnds(content.open());
    return () -> new EditedStream(even.open(), new Removals(removed).find(even).edits);
  }

  /** Those of the removals that a content has a field for. */
  public static List<Removal> met(List<Removal> wanted, Source content) throws IOException {
    return List.copyOf(new Removals(wanted).find(() -> new LineEnds(content.open())).met);
  }

  private Removals find(Source content) throws IOException {
    try (InputStream in = content.open()) {
      Lines line = new Lines(in);
      while (line.next(LOOKED_AT_MAX) && line.length() > 0) {
        String text = line.text();
        if (!Folding.isSpace(text.charAt(0))) {
          endField(line.begin());
          fieldBegin = line.begin();
        }
        field.append(text, 0, Math.min(text.length(), LOOKED_AT_MAX - field.length()));
      }
      endField(line.begin());
    }
    return this;
  }

  private void endField(long end) {
    int colon = field.indexOf(":");
    int nameEnd = colon < 0 && isCut() ? field.length() : colon;
    if (nameEnd > 0) {
      String name = field.substring(0, nameEnd).stripTrailing();
      String body = field.substring(Math.min(nameEnd + 1, field.length()));
      for (Removal removal : wanted) {
        if (removal.name().equalsIgnoreCase(name) && begins(removal.token(), body)) {
          edits.add(Edit.put(fieldBegin, end, ""));
          met.add(removal);
          break;
        }
      }
    }
    field.setLength(0);
  }

  private boolean isCut() {
    return field.length() >= LOOKED_AT_MAX;
  }

  /** Of what was cut before the token's end, nobody knows what it begins with. */
  private boolean begins(String token, String body) {
    if (token.isEmpty()) {
      return true;
    }
    Tokens tokens = new Tokens(body);
    String first = tokens.value().toLowerCase(Locale.ROOT);
    return first.equals(token) || (isCut() && tokens.atEnd());
  }
}
