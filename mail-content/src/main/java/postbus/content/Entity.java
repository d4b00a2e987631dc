package postbus.content;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mail or a part of one (RFC 2045, section 2.4), as much as is known of it while it is read: its
 * header says what may be done with it, its body whether that is needed.
 */
final class Entity {
  /** How it is read on. */
  enum Kind {
    /** Holds octets. */
    LEAF,
    /** Holds parts. */
    MULTIPART,
    /** Holds a mail. */
    MAIL
  }

  private static final int FIELD_MAX = 8 * 1024;

  final @Nullable Entity parent;

  /** Whether it is signed or encrypted as it stands (RFC 1847): not a character may change. */
  final boolean sealed;

  /** Whether it was given up as something to be read on: its octets are left alone. */
  boolean opaque;

  boolean mimeVersion;
  private boolean dkimSigned;
  private int types;
  private int encodings;
  private final StringBuilder type = new StringBuilder();
  private final StringBuilder encoding = new StringBuilder();
  private @Nullable StringBuilder field;
  private ContentType is = ContentType.PLAIN_TEXT;

  /** Whether the header says one thing only. */
  private boolean legible = true;

  /** The Content-Transfer-Encoding field, with its line end. */
  long encodingBegin;

  long encodingEnd;

  /** Where fields can be put in. */
  long headerEnd;

  long bodyBegin;
  boolean eightBit;
  boolean unruly;

  Entity(@Nullable Entity parent) {
    this.parent = parent;
    this.sealed = parent != null && (parent.sealed || parent.seals());
  }

  private boolean seals() {
    return is.is("multipart", "signed") || is.is("multipart", "encrypted");
  }

  /** Takes the first line of a field; false if it is none. */
  boolean field(Lines line, String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(0, colon).stripTrailing();
    if (!isFieldName(name)) {
      return false;
    }
    field = null;
    String body = text.substring(colon + 1);
    switch (name.toLowerCase(Locale.ROOT)) {
      case "mime-version" -> mimeVersion = true;
      case "dkim-signature" -> dkimSigned = true;
      case "content-type" -> {
        types++;
        field = type.append(body);
      }
      case "content-transfer-encoding" -> {
        encodings++;
        field = encoding.append(body);
        encodingBegin = line.begin();
        encodingEnd = line.end();
      }
      default -> {}
    }
    return true;
  }

  private static boolean isFieldName(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** Takes a line that goes on with the field before it. */
  void continued(Lines line, String text) {
    if (field != null && field.length() < FIELD_MAX) {
      field.append(text);
    }
    if (field == encoding) {
      encodingEnd = line.end();
    }
  }

  /** All of its header is known. */
  void headerEnds(long headerEnd, long bodyBegin) {
    this.headerEnd = headerEnd;
    this.bodyBegin = bodyBegin;
    Optional<ContentType> told = ContentType.parse(type.toString());
    boolean digest = parent != null && parent.is.is("multipart", "digest");
    is = told.orElse(digest ? ContentType.MAIL : ContentType.PLAIN_TEXT);
    legible = types <= 1 && encodings <= 1 && (types == 0 || told.isPresent());
  }

  /** What it holds, by its header; plain text, or in a digest a mail, unless told otherwise. */
  ContentType contentType() {
    return is;
  }

  /** What it is read as. */
  Kind kind() {
    if (opaque || !legible || !isIdentity()) {
      return Kind.LEAF;
    }
    return is.isMultipart() && is.boundary().isPresent()
        ? Kind.MULTIPART
        : is.is("message", "rfc822") ? Kind.MAIL : Kind.LEAF;
  }

  /** Why the body of this leaf cannot be put in another encoding; empty if it can be. */
  Optional<String> obstacle() {
    boolean mail = is.type().equals("message") && !is.subtype().startsWith("global");
    String why =
        sealed
            ? "a part is signed or encrypted"
            : opaque || !legible || is.isMultipart() || mail
                ? "its MIME structure is broken"
                : isIdentity() ? "" : "a part is not what its Content-Transfer-Encoding says";
    return why.isEmpty() ? Optional.empty() : Optional.of(why);
  }

  /** Whether the body is as it is: 7bit, 8bit or binary (RFC 2045, section 6.2). */
  private boolean isIdentity() {
    String label = label();
    return label.isEmpty() || label.equals("7bit") || isWide();
  }

  /** Whether the body is said to have octets above 127. */
  boolean isWide() {
    return label().equals("8bit") || label().equals("binary");
  }

  private String label() {
    return encoding.toString().replaceAll("\\([^()]*\\)", "").strip().toLowerCase(Locale.ROOT);
  }

  boolean hasEncoding() {
    return encodings > 0;
  }

  boolean hasType() {
    return types > 0;
  }

  boolean dkimSigned() {
    return dkimSigned;
  }

  /** Whether it is a mail, and no part of one. */
  boolean isMail() {
    return parent == null || parent.kind() == Kind.MAIL;
  }

  /** The mail that it is a part of; itself if it is one. */
  Entity mail() {
    return parent == null || isMail() ? this : parent.mail();
  }

  /** How many entities it is inside of. */
  int depth() {
    int depth = 0;
    for (Entity outer = parent; outer != null; outer = outer.parent) {
      depth++;
    }
    return depth;
  }
}
