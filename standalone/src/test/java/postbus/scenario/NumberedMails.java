package postbus.scenario;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that submit numbered mails until they are told to end, whatever becomes of the server,
 * and remember which got their 250. No number is sent twice, so that what arrives twice was doubled
 * by Postbus.
 */
final class NumberedMails implements AutoCloseable {
  static final String SENDER = "mark@wikimedia.org";

  private static final Pattern NUMBER = Pattern.compile("Subject: number (\\d+)\\.");
  private static final int END_SECONDS = 90;

  /** Between two mails of a client, and before it connects again. */
  private static final int PAUSE_MILLIS = 20;

  private final TestSite site;
  private final AtomicInteger next;
  private final IntFunction<String> body;
  private final Map<Integer, String> accepted = new ConcurrentHashMap<>();
  private final CountDownLatch ending = new CountDownLatch(1);
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

  NumberedMails(TestSite site) {
    this(site, 0);
  }

  /** Numbers begin at one that no other load of the test has reached. */
  NumberedMails(TestSite site, int first) {
    this(site, first, _ -> "x".repeat(70));
  }

  /**
   * @param body of a number, in lines without an end to the last
   */
  NumberedMails(TestSite site, int first, IntFunction<String> body) {
    this.site = site;
    this.next = new AtomicInteger(first);
    this.body = body;
  }

  /** One more client, at this address, which sends number n to what the function says. */
  void from(String address, IntFunction<String> recipient) {
    clients.execute(() -> {
      while (!isEnding()) {
        session(address, recipient);
      }
    });
  }

  private void session(String address, IntFunction<String> recipient) {
    try (Dialogue client = Dialogue.greeted(address, site.host(), site.mxPort())) {
      while (!isEnding()) {
        int n = next.getAndIncrement();
        String to = recipient.apply(n);
        String text = "Subject: number " + n + ".\r\n\r\n" + body.apply(n);
        if (client.mail(SENDER, to, text).startsWith("250")) {
          accepted.put(n, to);
        }
      }
    } catch (IOException | AssertionError e) {
      // The server went away or said 4yz, as tests want it: without a 250 the mail is not its own.
      return;
    }
  }

  private boolean isEnding() {
    try {
      return ending.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Those that are Postbus's responsibility: number and recipient. */
  Map<Integer, String> accepted() {
    return accepted;
  }

  /** The numbers that got a 250 for recipients with this in their address. */
  Set<Integer> acceptedFor(String part) {
    Set<Integer> numbers = ConcurrentHashMap.newKeySet();
    accepted.forEach((number, to) -> {
      if (to.contains(part)) {
        numbers.add(number);
      }
    });
    return numbers;
  }

  /** The number in a mail, or in a report about one; -1 if there is none. */
  static int numberIn(String text) {
    Matcher matcher = NUMBER.matcher(text);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  /** No more mails; returns when all clients have ended. */
  void end() throws InterruptedException {
    ending.countDown();
    clients.shutdown();
    if (!clients.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the clients did not end");
    }
  }

  @Override
  public void close() {
    ending.countDown();
    clients.shutdownNow();
  }
}
