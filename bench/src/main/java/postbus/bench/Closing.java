package postbus.bench;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has to end before this process does, also when it is interrupted: the last one first. */
final class Closing {
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Closing::closeAll));
  }

  private Closing() {}

  static synchronized <T extends AutoCloseable> T later(T closeable) {
    OPEN.push(closeable);
    return closeable;
  }

  private static synchronized void closeAll() {
    while (!OPEN.isEmpty()) {
      try (AutoCloseable _ = OPEN.pop()) {
        // Closed by the end of this block.
      } catch (Exception e) {
        System.err.println("bench: " + e);
      }
    }
  }
}
