package postbus.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import postbus.log.LogUnreachable;
import postbus.log.WaitingMail;
import postbus.log.WaitingMails;
import postbus.mail.Envelope;
import postbus.mail.Order;
import postbus.mail.Order.Action;
import postbus.mail.Route;

/**
 * Counts the mails that wait, by pool and site, in the log itself. It holds a few octets a site, up
 * to {@value #SITES_MAX} of them; what belongs to others is counted as one.
 */
final class SiteQueues {
  static final int SITES_MAX = 10_000;
  static final String OTHERS = "(others)";

  private final Map<String, Queue> queues = new TreeMap<>();

  /** What waits for a site in a pool. */
  static final class Queue {
    final String pool;
    final String site;
    long mails;
    Instant oldest = Instant.MAX;
    String lastReply = "";

    Queue(String pool, String site) {
      this.pool = pool;
      this.site = site;
    }
  }

  /** The pools whose lanes are in the log. */
  static List<String> pools(WaitingMails log) throws LogUnreachable {
    return log.pools();
  }

  /** Counts what waits in these pools for sites of whose names this is true. */
  static SiteQueues count(WaitingMails log, List<String> pools, Predicate<String> isWanted)
      throws LogUnreachable {
    SiteQueues all = new SiteQueues();
    for (String pool : pools) {
      log.read(
          pool,
          log.topicsOf(pool),
          mail -> {
            Optional<Envelope> envelope = mail.envelope();
            String site = envelope.flatMap(Envelope::route).map(Route::site).orElse("(unreadable)");
            if (isWanted.test(site)) {
              all.add(pool, site, envelope.orElse(null));
            }
          });
    }
    return all;
  }

  /** How many mails an order is still to reach. */
  static long left(WaitingMails log, Order order) throws LogUnreachable {
    long[] left = {0};
    boolean isOfRetries = order.action() == Action.RETRY || order.action() == Action.RELEASE;
    List<String> topics =
        log.topicsOf(order.pool()).stream()
            .filter(topic -> !isOfRetries || topic.startsWith("retry."))
            .toList();
    log.read(order.pool(), topics, mail -> left[0] += isMeant(order, mail) ? 1 : 0);
    return left[0];
  }

  private static boolean isMeant(Order order, WaitingMail mail) {
    return order.covers(mail.topic(), mail.partition(), mail.offset())
        && mail.envelope()
            .flatMap(Envelope::route)
            .filter(route -> route.site().equals(order.site()))
            .isPresent();
  }

  private void add(String pool, String site, @Nullable Envelope envelope) {
    String name =
        queues.size() < SITES_MAX || queues.containsKey(pool + " " + site) ? site : OTHERS;
    Queue queue = queues.computeIfAbsent(pool + " " + name, _ -> new Queue(pool, name));
    queue.mails++;
    if (envelope != null) {
      queue.oldest =
          envelope.receivedAt().isBefore(queue.oldest) ? envelope.receivedAt() : queue.oldest;
      if (!envelope.history().isEmpty()) {
        queue.lastReply = envelope.history().getLast().reply();
      }
    }
  }

  /** By pool, then by site. */
  List<Queue> all() {
    return List.copyOf(queues.values());
  }

  /** Such as {@code 3d4h}, {@code 12m}, {@code 5s}; empty if nothing is known. */
  static String age(Instant since, Instant now) {
    if (since.equals(Instant.MAX)) {
      return "";
    }
    Duration age = Duration.between(since, now);
    if (age.toDays() > 0) {
      return age.toDays() + "d" + age.toHoursPart() + "h";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h" + age.toMinutesPart() + "m";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
  }
}
