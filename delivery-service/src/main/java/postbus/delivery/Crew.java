package postbus.delivery;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.Set;

/**
 * The sessions of a queue, and what they are at. Guarded by the queue's lock.
 *
 * <p>A session without a mail parks its thread, without a time limit of its own: a timer for each
 * mail would cost more than all else that happens here. It is woken for a mail, or to look around.
 */
final class Crew {
  private final Set<SiteSession> sessions = new HashSet<>();
  private final Set<SiteSession> leaving = new HashSet<>();
  private final Set<SiteSession> idle = new HashSet<>();
  private final SequencedSet<SiteSession> parked = new LinkedHashSet<>();
  private int connected;

  /** One more, which is about to begin. */
  SiteSession joined(SiteSession session) {
    sessions.add(session);
    return session;
  }

  /** How many there are, those that leave among them. */
  int size() {
    return sessions.size();
  }

  /** How many look for a next mail when they are done with theirs. */
  int staying() {
    return sessions.size() - leaving.size();
  }

  /** One looks for a mail: no wake is meant for it now, though it may have woken by itself. */
  void looks(SiteSession session) {
    idle.remove(session);
    parked.remove(session);
  }

  /** One found none, and is about to park until it is woken. */
  void parks(SiteSession session) {
    idle.add(session);
    parked.add(session);
  }

  /** Wakes the one that has waited for the shortest time: its connection is the freshest. */
  void wakeOne() {
    if (!parked.isEmpty()) {
      parked.removeLast().wake();
    }
  }

  /** About once a second: those without a mail look around, and nobody waits without end. */
  void tend(long nowNanos) {
    wakeAll();
    sessions.forEach(session -> session.tend(nowNanos));
  }

  void wakeAll() {
    parked.forEach(SiteSession::wake);
    parked.clear();
  }

  /** How many wait for a mail, those that were woken for one and have not looked yet among them. */
  int idle() {
    return idle.size();
  }

  /** One gets no more mails, and ends. */
  void leaves(SiteSession session) {
    leaving.add(session);
  }

  void left(SiteSession session) {
    sessions.remove(session);
    leaving.remove(session);
    looks(session);
  }

  /** A connection was opened (1), or closed (-1). */
  void connected(int change) {
    connected += change;
  }

  /** How many have a connection. */
  int connected() {
    return connected;
  }

  /** Ends the connections of those who are still there; whether there was none. */
  boolean breakOff() {
    sessions.forEach(SiteSession::breakOff);
    return sessions.isEmpty();
  }
}
