package postbus.delivery;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import postbus.mail.MailId;

/**
 * The mails that were sent on of late, since their domains had other exchangers than when they were
 * routed. What DNS answers otherwise each time would keep a mail on the move for ever: it is sent
 * on once. Safe for use by many threads.
 */
final class SentOn {
  /** Mails that are remembered; a mail forgotten too early is sent on once more. */
  static final int MAILS_MAX = 10_000;

  private final SequencedSet<MailId> mails = new LinkedHashSet<>();

  /** Whether this is the first time. */
  synchronized boolean isFirst(MailId mail) {
    boolean isFirst = mails.add(mail);
    if (mails.size() > MAILS_MAX) {
      mails.removeFirst();
    }
    return isFirst;
  }
}
