package postbus.router;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What a class writes to the log as errors while this is open. */
final class Complaints extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private Complaints(Class<?> of) {
    logger = Logger.getLogger(of.getName());
  }

  static Complaints of(Class<?> of) {
    Complaints complaints = new Complaints(of);
    complaints.logger.addHandler(complaints);
    return complaints;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void publish(LogRecord one) {
    if (one.getLevel().intValue() >= Level.SEVERE.intValue()) {
      lines.add(new PatternFormatter("%s").format(one));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
