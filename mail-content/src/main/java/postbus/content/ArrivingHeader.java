package postbus.content;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import postbus.mail.EmailAddress;

/**
 * What a content's header has, noted while its octets pass by on their way in, so that nobody has
 * to read it again. The header ends as its readers will see it end: at the first empty line, or
 * before a line that is no field. Lines end with CRLF; how the octets are cut makes no difference.
 *
 * <p>Holds the name of one field and the From field, as far as it is looked at; the body is passed
 * over. Not for use by several threads at once.
 */
public final class ArrivingHeader {
  /** Octets of a name that are kept; those that are asked for are shorter. */
  private static final int NAME_MAX = 32;

  private static final String FROM = "from";

  private enum Place {
    LINE_START,
    NAME,
    /** White space before the colon, as in old mail (RFC 5322, section 4.5). */
    SPACE_AFTER_NAME,
    FIELD_BODY,
    /** After the empty line. */
    BODY,
    /** In or after a line that is no field. */
    BROKEN
  }

  private final Set<String> asked;
  private final Set<String> found = new HashSet<>();
  private final List<ByteArrayOutputStream> authors = new ArrayList<>();
  private final StringBuilder name = new StringBuilder();
  private Place place = Place.LINE_START;
  private boolean hasFields;
  private boolean inFrom;

  /**
   * @param asked names of fields, in lower case, that {@link #has} will be asked for
   */
  public ArrivingHeader(Set<String> asked) {
    this.asked = Set.copyOf(asked);
  }

  /** The next octets of the content. */
  public void octets(byte[] array, int from, int to) {
    for (int at = from; at < to && !isOver(); at++) {
      octet(array[at]);
    }
  }

  private boolean isOver() {
    return place == Place.BODY || place == Place.BROKEN;
  }

  private void octet(byte octet) {
    boolean isSpace = octet == ' ' || octet == '\t';
    place =
        switch (place) {
          case LINE_START -> isSpace && hasFields ? goOn(octet) : begin(octet);
          case NAME -> isSpace ? Place.SPACE_AFTER_NAME : named(octet);
          case SPACE_AFTER_NAME -> isSpace ? place : octet == ':' ? field() : Place.BROKEN;
          case FIELD_BODY -> goOn(octet);
          case BODY, BROKEN -> place;
        };
  }

  private Place begin(byte octet) {
    name.setLength(0);
    return octet == '\r' ? Place.BODY : octet == ':' ? Place.BROKEN : named(octet);
  }

  private Place named(byte octet) {
    if (octet == ':') {
      return field();
    }
    if (octet <= ' ' || octet == 127) {
      return Place.BROKEN;
    }
    if (name.length() < NAME_MAX) {
      name.append((char) octet);
    }
    return Place.NAME;
  }

  private Place field() {
    String key = name.toString().toLowerCase(Locale.ROOT);
    hasFields = true;
    if (asked.contains(key)) {
      found.add(key);
    }
    inFrom = key.equals(FROM) && authors.size() <= 1; // A second one is one too many already.
    if (inFrom) {
      authors.add(new ByteArrayOutputStream());
    }
    return Place.FIELD_BODY;
  }

  private Place goOn(byte octet) {
    if (inFrom && authors.getLast().size() <= FromField.LENGTH_MAX) {
      authors.getLast().write(octet);
    }
    return octet == '\n' ? Place.LINE_START : Place.FIELD_BODY;
  }

  /** Whether it has a field of this name, in any case. */
  public boolean has(String name) {
    return found.contains(name);
  }

  /**
   * Whether it has a line that is no field. Some readers see a body from there on, others pass over
   * the line: nobody can tell what they find behind it.
   */
  public boolean isBroken() {
    return place == Place.BROKEN;
  }

  /** Who wrote it: the one address of its one From field; empty if there is not exactly one. */
  public Optional<EmailAddress> author() {
    // One that was cut is no answer, however few characters its octets are.
    if (authors.stream().anyMatch(body -> body.size() > FromField.LENGTH_MAX)) {
      return Optional.empty();
    }
    return FromField.address(
        new HeaderFields(
            authors.stream()
                .map(body -> new HeaderFields.Field(FROM, body.toString(StandardCharsets.UTF_8)))
                .toList()));
  }
}
