package postbus.log;

import postbus.mail.ContentRef;

/** Keeps a stored content alive: whoever writes a record with its reference extends it first. */
public interface ContentLease {

  /**
   * The content lives for at least another full lease from now. May block on I/O.
   *
   * @throws java.io.UncheckedIOException if that cannot be had: with {@link ContentsAway} as its
   *     cause if the store cannot be asked now, else because the content is gone
   */
  void extend(ContentRef content);
}
