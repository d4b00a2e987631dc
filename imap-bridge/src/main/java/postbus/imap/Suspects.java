package postbus.imap;

import java.util.List;
import postbus.imap.MailboxWay.Tried;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.Scope;

/**
 * Who had no answer when a session was lost, and no answer since: one of them may have a mailbox
 * that hangs. Safe for all threads.
 */
final class Suspects {
  /** Beyond, the one known longest is forgotten. */
  static final int SUSPECTS_MAX = 10_000;

  private final Remembered addresses = new Remembered(SUSPECTS_MAX);

  boolean has(Recipient recipient) {
    return addresses.has(recipient.address().key());
  }

  void note(List<Tried> tried) {
    for (Tried each : tried) {
      String address = each.recipient().address().key();
      switch (each.outcome()) {
        case Outcome.Deferred(Scope scope, var _) when scope == Scope.SESSION ->
            addresses.set(address, true);
        case Outcome.Deferred(Scope scope, var _) when scope == Scope.STORE -> {}
        case Outcome.Deferred _, Outcome.Bounced _, Outcome.Delivered _ ->
            addresses.set(address, false);
      }
    }
  }
}
