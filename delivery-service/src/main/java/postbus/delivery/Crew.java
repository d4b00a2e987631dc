package postbus.delivery;

import java.util.HashSet;
import java.util.Set;

/** The sessions of a queue, and what they are at. Guarded by the queue's lock. */
final class Crew {
  private final Set<SiteSession> sessions = new HashSet<>();
  private final Set<SiteSession> leaving = new HashSet<>();
  private int idle;
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

  /** One has no mail. */
  void rests() {
    idle++;
  }

  /** One has a mail again, or has left. */
  void works() {
    idle--;
  }

  /** How many wait for a mail. */
  int idle() {
    return idle;
  }

  /** One gets no more mails, and ends. */
  void leaves(SiteSession session) {
    leaving.add(session);
  }

  void left(SiteSession session) {
    sessions.remove(session);
    leaving.remove(session);
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
