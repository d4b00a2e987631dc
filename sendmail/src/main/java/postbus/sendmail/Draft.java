package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A mail as somebody wrote it: the fields of its header, and its body. Whatever ended a line in the
 * input (LF, CRLF; in the body CR, too) is CRLF here. In the header a CR alone is a space: a
 * program that keeps line feeds out of a subject would else let strangers add fields. A header ends
 * with an empty line, or before the first line that is no field.
 */
record Draft(List<Field> fields, byte[] body) {
  /** Octets of a mail: what {@code sessions.size-max} is by default. */
  static final int OCTETS_MAX = 50 << 20;

  /** Octets of its header: what {@code sessions.header-max} is by default. */
  static final int HEADER_OCTETS_MAX = 1 << 20;

  /**
   * A field of the header.
   *
   * @param name in lower case
   * @param text all of it, with its name and its last CRLF
   */
  record Field(String name, byte[] text) {
    /** What follows the colon, unfolded. */
    String value() {
      String all = new String(text, UTF_8);
      return all.substring(all.indexOf(':') + 1).replace("\r\n", "").strip();
    }
  }

  /**
   * Reads it to its end: that of the input, or a line with a dot alone.
   *
   * @param dotIsText whether such a line is a line like others
   * @return empty if there are more octets than {@link #OCTETS_MAX}, or than {@link
   *     #HEADER_OCTETS_MAX} in the header
   */
  static Optional<Draft> read(InputStream in, boolean dotIsText) throws IOException {
    Octets octets = new Octets();
    boolean isAfterCr = false;
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      if (isAfterCr && octet != '\n' && octets.isInHeader) {
        octets.write(' ');
      } else if (octet == '\n' || isAfterCr) {
        if (!dotIsText && octets.endsWithDotAlone()) {
          return Optional.of(octets.draft());
        }
        octets.endLine();
      }
      isAfterCr = octet == '\r';
      if (octet != '\r' && octet != '\n') {
        octets.write(octet);
      }
      if (octets.size() > (octets.isInHeader ? HEADER_OCTETS_MAX : OCTETS_MAX)) {
        return Optional.empty();
      }
    }
    return Optional.of(octets.draft());
  }

  /** What was read, and where its last line begins. */
  private static final class Octets extends ByteArrayOutputStream {
    private boolean isInHeader = true;
    private int lineFrom;

    boolean endsWithDotAlone() {
      return count - lineFrom == 1 && buf[lineFrom] == '.';
    }

    void endLine() {
      write('\r');
      write('\n');
      isInHeader = isInHeader && (isField() || lineFrom == 0 && isMailboxLine(buf));
      lineFrom = count;
    }

    private boolean isField() {
      boolean isFolded = lineFrom > 0 && (buf[lineFrom] == ' ' || buf[lineFrom] == '\t');
      return isFolded || nameEnd(buf, lineFrom, count) > lineFrom;
    }

    /** A dot alone is no text of the mail at its end either. */
    Draft draft() {
      if (endsWithDotAlone()) {
        count = lineFrom;
      } else if (count > lineFrom) {
        endLine();
      }
      return Draft.of(toByteArray());
    }
  }

  private static Draft of(byte[] octets) {
    List<Field> fields = new ArrayList<>();
    int at = 0;
    while (at < octets.length) {
      int end = fieldEnd(octets, at);
      int colon = nameEnd(octets, at, end);
      if (colon > at) {
        String name = new String(octets, at, colon - at, UTF_8).strip().toLowerCase(Locale.ROOT);
        fields.add(new Field(name, slice(octets, at, end)));
      } else if (at > 0 || !isMailboxLine(octets)) {
        break;
      }
      at = end;
    }
    boolean isEmptyLine = at < octets.length && octets[at] == '\r';
    return new Draft(List.copyOf(fields), slice(octets, isEmptyLine ? at + 2 : at, octets.length));
  }

  /** The line that a mailbox puts before a mail, and that programs leave there. */
  private static boolean isMailboxLine(byte[] octets) {
    int from = octets[0] == '>' ? 1 : 0;
    return octets.length > from + 5 && new String(octets, from, 5, UTF_8).equals("From ");
  }

  /** Where the line ends, and those that continue it. */
  private static int fieldEnd(byte[] octets, int from) {
    int at = from;
    do {
      while (octets[at++] != '\n') {
        // To the end of the line: the last one has one, too.
      }
    } while (at < octets.length && at > from + 2 && (octets[at] == ' ' || octets[at] == '\t'));
    return at;
  }

  /** Where the colon of a field is; -1 if the line is none (RFC 5322, section 3.6.8 and 4.5). */
  private static int nameEnd(byte[] octets, int from, int to) {
    boolean isAfterName = false;
    for (int i = from; i < to; i++) {
      byte octet = octets[i];
      boolean isSpace = octet == ' ' || octet == '\t';
      if (octet == ':') {
        return i > from ? i : -1;
      }
      if (isSpace ? i == from : octet < '!' || octet > '~' || isAfterName) {
        return -1;
      }
      isAfterName |= isSpace;
    }
    return -1;
  }

  private static byte[] slice(byte[] octets, int from, int to) {
    return Arrays.copyOfRange(octets, from, to);
  }
}
