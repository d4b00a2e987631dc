package postbus.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import postbus.log.LogUnreachable;

/**
 * Waits at the start for a log that does not answer, or whose name nobody knows yet: a process that
 * ended instead would be started anew later and later (Kubernetes), and each time at a cost.
 * Whatever else the log says ends the start at once, and so does the end of the process.
 */
final class LogWait {
  private static final Logger LOG = Logger.getLogger(LogWait.class);

  private final Duration limit;
  private final Duration again;

  /** What is asked of the log; each of its answers has a time limit. */
  interface Question {
    void ask() throws LogUnreachable;
  }

  LogWait(Duration limit, Duration again) {
    this.limit = limit;
    this.again = again;
  }

  /**
   * @throws StartRefused if the log refuses, or says nothing until the limit
   */
  void until(Question question) {
    Thread ending = Thread.ofPlatform().unstarted(Thread.currentThread()::interrupt);
    try {
      Runtime.getRuntime().addShutdownHook(ending);
    } catch (IllegalStateException ends) {
      throw toldToEnd();
    }
    try {
      long end = System.nanoTime() + limit.toNanos();
      while (!isAnswered(question, end)) {
        TimeUnit.NANOSECONDS.sleep(again.toNanos());
      }
    } catch (InterruptedException ends) {
      throw toldToEnd();
    } finally {
      forget(ending);
    }
  }

  private static StartRefused toldToEnd() {
    return new StartRefused("told to end before the log has answered");
  }

  private static void forget(Thread ending) {
    try {
      var _ = Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException ends) {
      LOG.debugf("the process ends: %s", ends.getMessage());
    }
  }

  private static boolean isAnswered(Question question, long end) {
    try {
      question.ask();
      return true;
    } catch (LogUnreachable e) {
      if (!e.isSilence() || System.nanoTime() - end > 0) {
        throw new StartRefused(e.getMessage());
      }
      LOG.warnf("the start waits for the log: %s", e.getMessage());
      return false;
    }
  }
}
