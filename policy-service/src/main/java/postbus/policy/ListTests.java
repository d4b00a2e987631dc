package postbus.policy;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import postbus.process.Part;

/**
 * Asks every block list for its test entries, at the start and from time to time: a list that was
 * given up may from one day to the next list the whole world. Nobody waits for it.
 */
@Singleton
class ListTests implements Part {
  /** A list that could not be asked is tested sooner. */
  private static final Duration EVERY = Duration.ofHours(1);

  private static final Duration AGAIN = Duration.ofMinutes(1);
  private static final Logger LOG = Logger.getLogger(ListTests.class);

  private final List<ClientList> lists;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("list-tests").factory());

  ListTests(ClientLists lists) {
    this.lists = lists.all();
  }

  @Override
  public String name() {
    return "block-lists";
  }

  @Override
  public void start() {
    lists.forEach(list -> timer.execute(() -> test(list)));
  }

  private void test(ClientList list) {
    Duration next = AGAIN;
    try {
      next = list.test() ? EVERY : AGAIN;
    } catch (RuntimeException e) {
      LOG.errorf(e, "block list %s could not be tested", list.rule().name());
    }
    if (!timer.isShutdown()) {
      timer.schedule(() -> test(list), next.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void stop() {
    timer.shutdownNow();
  }
}
