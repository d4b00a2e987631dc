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

  /**
   * Those of a mail's recipients who may share a transaction; none if each has to go alone.
   *
   * @param attempts that the mail has had
   */
  synchronized List<Recipient> together(List<Recipient> all, int attempts) {
    if (all.size() == 1) {
      return all;
    }
    return attempts > 0
        ? List.of()
        : all.stream().filter(each -> !addresses.contains(each.address().key())).toList();
  }

  synchronized void note(List<Tried> tried) {
    for (Tried each : tried) {
      String address = each.recipient().address().key();
      if (each.outcome() instanceof Outcome.Deferred(Scope scope, var _)
          && scope == Scope.SESSION) {
        addresses.add(address);
        if (addresses.size() > SUSPECTS_MAX) {
          addresses.remove(addresses.iterator().next());
        }
      } else {
        addresses.remove(address);
      }
    }
  }
}
