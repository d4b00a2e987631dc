package postbus.log;

import postbus.mail.ContentRef;

/** Keeps a stored content alive: whoever writes a record with its reference extends it first. */
public interface ContentLease {

  /** The content lives for at least another full lease from now. May block on I/O. */
  void extend(ContentRef content);
}
