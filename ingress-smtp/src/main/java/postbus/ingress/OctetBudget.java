package postbus.ingress;

import java.util.concurrent.atomic.AtomicLong;

/** A bound on octets that many sessions hold together. Safe for all threads. */
final class OctetBudget {
  private final long max;
  private final AtomicLong taken = new AtomicLong();

  OctetBudget(long max) {
    this.max = max;
  }

  /** Takes so many octets, or none if they are not left. */
  boolean take(long octets) {
    if (taken.addAndGet(octets) <= max) {
      return true;
    }
    taken.addAndGet(-octets);
    return false;
  }

  void giveBack(long octets) {
    taken.addAndGet(-octets);
  }

  long taken() {
    return taken.get();
  }
}
