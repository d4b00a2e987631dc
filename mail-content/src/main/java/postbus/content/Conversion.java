package postbus.content;

import static postbus.content.Facts.LINE_MAX;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the entities of a mail and finds the edits that bring it into short lines and, for
 * a server without 8BITMIME, seven bits (RFC 6152, section 3; RFC 2045, section 6.4). It reads the
 * mail once, keeps one line of it and the fields that matter, and changes nothing itself.
 *
 * <p>Not mime4j: it hands out decoded parts, and writes a mail anew; here every octet that need not
 * change stays, and only the places of the others are wanted.
 */
final class Conversion {
  /** Parts deeper inside, and more of them, are left alone. */
  private static final int DEPTH_MAX = 30;

  private static final int PARTS_MAX = 2_000;

  /** Octets of a header's line that are looked at for a place to fold it. */
  private static final int HEADER_LINE_MAX = 1 << 20;

  /** Octets of a body's line that may be a boundary. */
  private static final int BODY_LINE_MAX = 128;

  private enum Place {
    HEADER,
    BODY,
    /** Before, between or after the parts of a multipart. */
    BESIDE
  }

  private final boolean eightBitServer;
  private final long contentBegin;
  private final List<Edit> edits = new ArrayList<>();
  private final Entity top = new Entity(null);
  private Entity entity = top;
  private Place place = Place.HEADER;
  private boolean fieldBefore;
  private int parts;
  private @Nullable String obstacle;

  private Conversion(boolean eightBitServer, long contentBegin) {
    this.eightBitServer = eightBitServer;
    this.contentBegin = contentBegin;
  }

  /**
   * Reads a mail whose lines all end with CRLF.
   *
   * @param contentBegin where the content begins that the client sent, behind our fields
   */
  static Plan of(Source mail, long contentBegin, boolean eightBitServer) throws IOException {
    Conversion conversion = new Conversion(eightBitServer, contentBegin);
    try (InputStream in = mail.open()) {
      return conversion.plan(new Lines(in));
    }
  }

  private Plan plan(Lines line) throws IOException {
    while (line.next(place == Place.HEADER ? HEADER_LINE_MAX : BODY_LINE_MAX)) {
      take(line);
    }
    if (place == Place.HEADER) {
      endHeader(line.end(), line.end());
    }
    endPart(line.end(), true);
    edits.sort(Comparator.comparingLong(Edit::from));
    return new Plan(List.copyOf(edits), Optional.ofNullable(obstacle));
  }

  private void take(Lines line) {
    if (isDelimiter(line)) {
      return;
    }
    switch (place) {
      case HEADER -> header(line);
      case BODY -> body(line);
      case BESIDE -> {
        if (line.eightBit()) {
          blame("there is text outside of its MIME parts");
        }
      }
    }
  }

  private void header(Lines line) {
    if (line.length() == 0) {
      endHeader(line.begin(), line.end());
      return;
    }
    String text = line.text();
    boolean folded = Folding.isSpace(text.charAt(0)) && fieldBefore;
    boolean ours = entity == top && line.begin() < contentBegin;
    if (folded && (ours || line.begin() != contentBegin)) {
      entity.continued(line, text);
    } else if (!entity.field(line, text)) {
      misplaced(line);
      return;
    }
    fieldBefore = true;
    if (line.eightBit()) {
      blame("its header has octets above 127");
    }
    if (line.length() > LINE_MAX && !entity.sealed) {
      int nameEnd = folded ? 0 : text.indexOf(':');
      Folding.of(text, nameEnd).forEach(at -> edits.add(Edit.insert(line.begin() + at, "\r\n")));
    }
  }

  /** A line that is no field: the body begins with it, and the mail's own header is ended. */
  private void misplaced(Lines line) {
    if (entity == top) {
      edits.add(Edit.insert(line.begin(), "\r\n"));
    } else {
      entity.opaque = true;
    }
    endHeader(line.begin(), line.begin());
    take(line);
  }

  private void endHeader(long headerEnd, long bodyBegin) {
    fieldBefore = false;
    parts++;
    entity.opaque |= parts > PARTS_MAX || entity.depth() > DEPTH_MAX;
    entity.headerEnds(headerEnd, bodyBegin);
    Entity.Kind kind = entity.kind();
    if (kind != Entity.Kind.LEAF && !eightBitServer) {
      narrow(entity);
    }
    switch (kind) {
      case LEAF -> place = Place.BODY;
      case MULTIPART -> place = Place.BESIDE;
      case MAIL -> {
        entity = new Entity(entity);
        place = Place.HEADER;
      }
    }
  }

  private void body(Lines line) {
    entity.eightBit |= line.eightBit();
    entity.unruly |= line.length() > LINE_MAX || line.nul();
  }

  /** Whether a line is between two parts or behind the last one; it ends what came before it. */
  private boolean isDelimiter(Lines line) {
    if (!line.beginsWith('-', '-') || line.length() > BODY_LINE_MAX) {
      return false;
    }
    String text = line.text().stripTrailing().substring(2);
    for (Entity outer = enclosing(); outer != null; outer = outer.parent) {
      String boundary =
          outer.kind() == Entity.Kind.MULTIPART ? outer.contentType().boundary().orElse("") : "";
      boolean last = text.equals(boundary + "--");
      if (!boundary.isEmpty() && (last || text.equals(boundary))) {
        endPart(line.begin() - 2, false);
        entity = last ? outer : new Entity(outer);
        place = last ? Place.BESIDE : Place.HEADER;
        entity.opaque |= last;
        return true;
      }
    }
    return false;
  }

  /** The innermost entity whose boundaries count here. */
  private @Nullable Entity enclosing() {
    return place == Place.BESIDE ? entity : entity.parent;
  }

  private void endPart(long bodyEnd, boolean mailEnds) {
    if (place != Place.BODY || bodyEnd <= entity.bodyBegin) {
      return;
    }
    boolean tooWide = entity.eightBit && !eightBitServer;
    // A signature by the sender's domain would not survive that; long lines may well.
    boolean tooUnruly = entity.unruly && !top.dkimSigned();
    Optional<String> why = entity.obstacle();
    if ((tooWide || tooUnruly) && why.isEmpty()) {
      encode(bodyEnd, mailEnds);
    } else if (tooWide) {
      why.ifPresent(this::blame);
    } else if (!eightBitServer && !entity.eightBit) {
      narrow(entity);
    }
  }

  private void encode(long bodyEnd, boolean mailEnds) {
    Edit.Encoding encoding =
        entity.contentType().isText() ? Edit.Encoding.QUOTED_PRINTABLE : Edit.Encoding.BASE64;
    label(entity, encoding.label);
    if (entity.isMail() && !entity.hasType()) {
      // Text of nobody knows what charset (RFC 1428, section 2).
      String charset = entity.eightBit ? "unknown-8bit" : "us-ascii";
      addField(entity, "Content-Type: text/plain; charset=" + charset);
    }
    Entity mail = entity.mail();
    if (!mail.mimeVersion) {
      mail.mimeVersion = true;
      addField(mail, "MIME-Version: 1.0");
    }
    edits.add(new Edit(entity.bodyBegin, bodyEnd, new Edit.Encode(encoding)));
    if (mailEnds && encoding == Edit.Encoding.BASE64) {
      edits.add(Edit.insert(bodyEnd, "\r\n"));
    }
  }

  /** First in the list, and so before an empty line that goes to the same place. */
  private void addField(Entity entity, String field) {
    edits.addFirst(Edit.insert(entity.headerEnd, field + "\r\n"));
  }

  /** What holds parts of seven bits is of seven bits, and no other encoding is allowed there. */
  private void narrow(Entity entity) {
    if (entity.isWide() && !entity.sealed && !entity.opaque) {
      label(entity, "7bit");
    }
  }

  private void label(Entity entity, String label) {
    String field = "Content-Transfer-Encoding: " + label;
    if (!entity.hasEncoding()) {
      addField(entity, field);
      return;
    }
    // Where the old field was folded counts no more.
    edits.removeIf(edit -> edit.from() > entity.encodingBegin && edit.to() < entity.encodingEnd);
    edits.add(Edit.put(entity.encodingBegin, entity.encodingEnd, field + "\r\n"));
  }

  private void blame(String why) {
    if (obstacle == null && !eightBitServer) {
      obstacle = why;
    }
  }
}
