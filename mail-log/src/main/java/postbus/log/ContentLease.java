package postbus.log;

import java.io.UncheckedIOException;
import org.jboss.logging.Logger;
import postbus.mail.ContentRef;

/** Keeps a stored content alive: whoever writes a record with its reference extends it first. */
public interface ContentLease {

  /**
   * The content lives for at least another full lease from now. May block on I/O.
   *
   * @throws UncheckedIOException if that cannot be had: with {@link ContentsAway} as its cause if
   *     the store cannot be asked now, else because the content is gone
   */
  void extend(ContentRef content);

  /**
   * The same, but a store that is away keeps nobody from writing a record: a lease lasts for weeks,
   * and whoever works on the mail next extends it again.
   */
  default ContentLease unlessAway() {
    return content -> {
      try {
        extend(content);
      } catch (UncheckedIOException failure) {
        if (!ContentsAway.isCauseOf(failure)) {
          throw failure;
        }
        Logger.getLogger(ContentLease.class)
            .warnf("the lease of %s is not extended now: %s", content.name(), failure);
      }
    };
  }
}
