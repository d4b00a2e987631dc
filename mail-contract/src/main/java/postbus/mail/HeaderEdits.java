package postbus.mail;

import java.util.List;
import java.util.stream.Stream;

/**
 * What becomes of a mail's header when it leaves. Its record keeps what the client sent.
 *
 * @param added fields to put before the content, topmost first
 * @param removed which fields of the content stay behind; never one of those added
 */
public record HeaderEdits(List<HeaderField> added, List<Removal> removed) {

  /** The header leaves as it came. */
  public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of());

  public HeaderEdits {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /** These edits and then others: their fields are above these. */
  public HeaderEdits and(HeaderEdits later) {
    return new HeaderEdits(
        Stream.concat(later.added.stream(), added.stream()).toList(),
        Stream.concat(removed.stream(), later.removed.stream()).distinct().toList());
  }
}
