package postbus.cli;

import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * While it is open, what our own code logs as a warning or worse is a line on standard error: the
 * running service would log the same. The same line is not said twice.
 */
final class Warnings extends Handler implements AutoCloseable {
  /** Lines that are remembered; beyond, they may be said again. */
  private static final int REMEMBERED_MAX = 1000;

  private final Set<String> said = ConcurrentHashMap.newKeySet();
  private final Logger ours = Logger.getLogger("postbus");
  private final SimpleFormatter text = new SimpleFormatter();
  private final PrintWriter err;

  Warnings(PrintWriter err) {
    this.err = err;
    setLevel(Level.WARNING);
    ours.addHandler(this);
  }

  @Override
  public void publish(LogRecord line) {
    if (!isLoggable(line)) {
      return;
    }
    String warning = text.formatMessage(line);
    if (said.size() >= REMEMBERED_MAX || said.add(warning)) {
      err.println("warning: " + warning);
      err.flush();
    }
  }

  @Override
  public void flush() {
    err.flush();
  }

  @Override
  public void close() {
    ours.removeHandler(this);
  }
}
