package postbus.imap;

import java.util.LinkedHashSet;
import java.util.Set;

/** Names of which something is known, a bounded number of them. Safe for all threads. */
final class Remembered {
  private final Set<String> names = new LinkedHashSet<>();
  private final int max;

  /**
   * @param max names; beyond, the one known longest is forgotten
   */
  Remembered(int max) {
    this.max = max;
  }

  synchronized boolean has(String name) {
    return names.contains(name);
  }

  synchronized void set(String name, boolean is) {
    if (!is) {
      names.remove(name);
    } else if (names.add(name) && names.size() > max) {
      names.remove(names.iterator().next());
    }
  }
}
