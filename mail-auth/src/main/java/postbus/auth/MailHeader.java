package postbus.auth;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The header of a content as its readers will see it: a CR or LF that stands alone ends a line, and
 * a line that is no field begins the body, since that is how the mail leaves. One character for an
 * octet.
 */
public final class MailHeader {
  /** Octets; more of a header is not looked at. */
  static final int OCTETS_MAX = 512 * 1024;

  private final Map<String, List<Field>> upwards = new HashMap<>();
  private final boolean whole;

  private MailHeader(List<Field> fields, boolean whole) {
    this.whole = whole;
    for (Field field : fields.reversed()) {
      upwards.computeIfAbsent(field.key(), _ -> new ArrayList<>()).add(field);
    }
  }

  /**
   * One field.
   *
   * @param name as it is written, with white space before the colon
   * @param body what follows the colon, folded with CRLF, without the last one
   */
  public record Field(String name, String body) {

    /** The name by which fields count as the same. */
    public String key() {
      return name.stripTrailing().toLowerCase(Locale.ROOT);
    }

    private static Optional<Field> of(String line) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        return Optional.empty();
      }
      String name = line.substring(0, colon);
      String bare = name.stripTrailing();
      boolean good = !bare.isEmpty() && bare.chars().allMatch(c -> c > ' ' && c < 127);
      return good ? Optional.of(new Field(name, line.substring(colon + 1))) : Optional.empty();
    }
  }

  /** Reads a header and the empty line after it, if there is one; what is left is the body. */
  public static MailHeader read(BufferedInputStream in) throws IOException {
    in.mark(OCTETS_MAX + 2);
    Lines lines = new Lines(in);
    Fields fields = new Fields();
    int bodyAt = 0;
    boolean begun = true;
    while (begun && lines.next()) {
      String line = lines.text();
      begun = !line.isEmpty() && fields.take(line);
      bodyAt = begun || line.isEmpty() ? lines.at() : bodyAt;
    }
    in.reset();
    in.skipNBytes(bodyAt);
    in.mark(0); // or the stream would keep all that is read from here
    return new MailHeader(fields.all(), lines.at() < OCTETS_MAX);
  }

  /** The fields of a name in lower case, from the bottom up. */
  public List<Field> upwards(String key) {
    return Collections.unmodifiableList(upwards.getOrDefault(key, List.of()));
  }

  /** False if it is larger than is looked at; then the fields are not all. */
  public boolean isWhole() {
    return whole;
  }

  /** Fields, put together of their lines. */
  private static final class Fields {
    private final List<Field> fields = new ArrayList<>();

    /** What follows the first line of the last field. */
    private final StringBuilder rest = new StringBuilder();

    /** Whether the line, which is not empty, is of the header: a field, or the rest of one. */
    boolean take(String line) {
      if (!fields.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
        rest.append("\r\n").append(line);
        return true;
      }
      unfold();
      return Field.of(line).map(fields::add).orElse(false);
    }

    List<Field> all() {
      unfold();
      return fields;
    }

    private void unfold() {
      if (!rest.isEmpty()) {
        Field first = fields.removeLast();
        fields.add(new Field(first.name(), first.body() + rest));
        rest.setLength(0);
      }
    }
  }

  /** Lines, whichever way they end. */
  private static final class Lines {
    private static final int NONE = -2;

    private final BufferedInputStream in;
    private final StringBuilder text = new StringBuilder();
    private int peeked = NONE;
    private int at;

    Lines(BufferedInputStream in) {
      this.in = in;
    }

    /** Goes to the next line; false if there is none, or no room for it. */
    boolean next() throws IOException {
      text.setLength(0);
      int begin = at;
      for (int octet = take(); octet >= 0; octet = take()) {
        if (octet == '\r' && peek() == '\n') {
          octet = take();
        }
        if (octet == '\r' || octet == '\n') {
          return true;
        }
        text.append((char) octet);
      }
      return at > begin && at < OCTETS_MAX;
    }

    private int take() throws IOException {
      int octet = peek();
      peeked = NONE;
      at += octet < 0 ? 0 : 1;
      return octet;
    }

    private int peek() throws IOException {
      if (peeked == NONE) {
        peeked = at < OCTETS_MAX ? in.read() : -1;
      }
      return peeked;
    }

    String text() {
      return text.toString();
    }

    /** Octets up to here. */
    int at() {
      return at;
    }
  }
}
