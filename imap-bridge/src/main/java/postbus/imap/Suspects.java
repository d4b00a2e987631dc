package postbus.imap;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

  private final Set<String> addresses = new LinkedHashSet<>();

  synchronized boolean has(Recipient recipient) {
    return addresses.contains(recipient.address().key());
  }

  synchronized void note(List<Tried> tried) {
    for (Tried each : tried) {
      String address = each.recipient().address().key();
      switch (each.outcome()) {
        case Outcome.Deferred(Scope scope, var _) when scope == Scope.SESSION -> {
          addresses.add(address);
          if (addresses.size() > SUSPECTS_MAX) {
            addresses.remove(addresses.iterator().next());
          }
        }
        case Outcome.Deferred(Scope scope, var _) when scope == Scope.STORE -> {}
        case Outcome.Deferred _, Outcome.Bounced _, Outcome.Delivered _ ->
            addresses.remove(address);
      }
    }
  }
}
