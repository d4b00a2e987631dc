package postbus.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import postbus.log.Taken;
import postbus.mail.NextHop;

/** The mails of a queue that no session has begun. Guarded by the queue's lock. */
final class WaitingMails {
  /** Mails that are looked at for one that a connection leads to. */
  private static final int LOOKS_MAX = 100;

  private final Deque<Taken> mails = new ArrayDeque<>();

  int size() {
    return mails.size();
  }

  boolean isEmpty() {
    return mails.isEmpty();
  }

  void add(Taken taken) {
    mails.addLast(taken);
  }

  /** One that was taken out and not tried. */
  void addFirst(Taken taken) {
    mails.addFirst(taken);
  }

  /**
   * Takes out the first mail that a connection there leads to, if it is among the first ones; else
   * the first. Those whose partition was given away go back. Empty if none is left.
   */
  Optional<Taken> next(@Nullable NextHop leadsTo) {
    while (!mails.isEmpty()) {
      Taken taken = choose(leadsTo);
      if (taken.isOurs()) {
        return Optional.of(taken);
      }
      taken.abandon();
    }
    return Optional.empty();
  }

  private Taken choose(@Nullable NextHop leadsTo) {
    Iterator<Taken> each = mails.iterator();
    for (int looks = 0; leadsTo != null && each.hasNext() && looks < LOOKS_MAX; looks++) {
      Taken taken = each.next();
      if (KeptConnection.isSame(leadsTo, KeptConnection.nextHop(taken.mail().envelope()))) {
        each.remove();
        return taken;
      }
    }
    return mails.removeFirst();
  }

  Taken removeLast() {
    return mails.removeLast();
  }

  /** Takes out those. */
  List<Taken> remove(Predicate<Taken> which) {
    List<Taken> removed = new ArrayList<>();
    mails.removeIf(taken -> which.test(taken) && removed.add(taken));
    return removed;
  }

  /** Those go back to the log. */
  void giveBack(Predicate<Taken> which) {
    remove(which).forEach(Taken::abandon);
  }
}
