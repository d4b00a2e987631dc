package postbus.scenario;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sessions that submit numbered mails side by side, and remember which of them got their 250. */
final class Load {
  private final TestSite site;
  private final int sessions;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();

  Load(TestSite site, int sessions) {
    this.site = site;
    this.sessions = sessions;
  }

  /** Submits until so many were begun or the server goes away; whatever comes first. */
  Running submit(int mails) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    for (int i = 0; i < sessions; i++) {
      threads.execute(() -> session(mails));
    }
    threads.shutdown();
    return new Running(threads);
  }

  /** Those that are Postbus's responsibility. */
  Set<Integer> accepted() {
    return accepted;
  }

  private void session(int mails) {
    try (Dialogue client =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.THIS_HOST, site.mxPort())) {
      for (int n = next.getAndIncrement(); n < mails; n = next.getAndIncrement()) {
        String reply =
            client.mail(
                "noc@wikimedia.org",
                "user" + n % 7 + "@load.example",
                "Subject: number " + n + ".\r\n\r\n" + "x".repeat(70));
        if (reply.startsWith("250")) {
          accepted.add(n);
        }
      }
    } catch (IOException | AssertionError e) {
      // The server went away, as the test wants it: what it had not answered is not its mail.
      return;
    }
  }

  /** A load under way. */
  record Running(ExecutorService threads) {
    void join() throws InterruptedException {
      if (!threads.awaitTermination(120, TimeUnit.SECONDS)) {
        throw new AssertionError("the load did not end");
      }
    }
  }
}
