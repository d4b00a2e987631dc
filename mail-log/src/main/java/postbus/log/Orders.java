package postbus.log;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import postbus.log.LogTable.Entry;
import postbus.mail.DeliveryJson;
import postbus.mail.Envelope;
import postbus.mail.MalformedRecord;
import postbus.mail.Order;
import postbus.mail.Order.Action;
import postbus.mail.Route;

/**
 * What operators want done with all mails of a site. The log keeps the last order of each kind for
 * a site; an order that everybody has carried out concerns no mail any more.
 */
public final class Orders implements AutoCloseable {
  /** How much later a mail may seem than an order that found it. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

  private final LogTable<Order> orders;
  private volatile Map<String, List<Order>> bySite = Map.of();
  private volatile Map<TopicPartition, Hurry> hurried = Map.of();

  /** The end that the last order found in a partition, and the time, in milliseconds since 1970. */
  private record Hurry(long end, long before) {}

  public Orders(LogSettings log) {
    orders = new LogTable<>(Topics.ORDERS, log, new Texts());
    orders.onChange(this::settle);
  }

  /** Begins to read, as soon as the log can be reached. */
  public void start() {
    orders.start();
  }

  /** Whether it knows the orders given before it started. */
  public boolean isReady() {
    return orders.isReady();
  }

  /** Called after each change, on a thread of its own; must not block. */
  public void onChange(Runnable listener) {
    orders.onChange(listener);
  }

  /**
   * Gives an order; returns when it is in the log and read back.
   *
   * @throws TimeoutException if the log did not answer in time: it may yet be given
   */
  public void give(Order order, Duration wait) throws TimeoutException, InterruptedException {
    orders.putAndAwait(key(order.pool(), order.site()) + "/" + order.action(), order, wait);
  }

  /**
   * Where the lanes and retry topics of a pool end now, as an order says it. What is moved from one
   * to another at this moment may lie behind both ends.
   *
   * @param wait for each answer of the log
   */
  public static List<Order.End> ends(LogSettings log, String pool, Duration wait)
      throws LogUnreachable {
    try (TopicCheck check = new TopicCheck(log.access(), log.shape(), wait)) {
      Predicate<String> retries = Retries.every(pool).pattern().asMatchPredicate();
      return check.ends(topic -> topic.startsWith("delivery." + pool + ".") || retries.test(topic));
    }
  }

  /** Whether mail for the site is kept. */
  public boolean isHeld(String pool, String site) {
    for (Order order : of(pool, site)) {
      if (order.action() == Action.HOLD || order.action() == Action.RELEASE) {
        return order.action() == Action.HOLD;
      }
    }
    return false;
  }

  /** The last order that found this mail waiting where it is; HOLD left out. */
  public Optional<Order> covering(Taken mail) {
    if (bySite.isEmpty()) {
      return Optional.empty();
    }
    Envelope envelope = mail.mail().envelope();
    Optional<Route> route = envelope.route();
    List<Order> all = route.isEmpty() ? List.of() : of(route.get().pool(), route.get().site());
    for (Order order : all) {
      // A topic that was created anew begins at offset 0 again.
      if (order.action() != Action.HOLD
          && order.covers(mail.topic(), mail.partition(), mail.offset())
          && envelope.receivedAt().isBefore(order.at().plus(CLOCKS_APART))) {
        return Optional.of(order);
      }
    }
    return Optional.empty();
  }

  /** All orders of a site, the last one first. */
  public List<Order> of(String pool, String site) {
    return bySite.isEmpty() ? List.of() : bySite.getOrDefault(key(pool, site), List.of());
  }

  /** All orders about a pool's mails, the first one first. */
  public List<Order> of(String pool) {
    return bySite.values().stream()
        .flatMap(List::stream)
        .filter(order -> order.pool().equals(pool))
        .sorted(Comparator.comparing(Order::id))
        .toList();
  }

  /** The orders by which mail of sites is kept now, of all pools, the first one first. */
  public List<Order> holds() {
    return bySite.values().stream()
        .flatMap(List::stream)
        .filter(order -> order.action() == Action.HOLD && isHeld(order.pool(), order.site()))
        .sorted(Comparator.comparing(Order::id))
        .toList();
  }

  /** Whether a record of a retry topic does not wait, since some order may concern it. */
  boolean hurries(ConsumerRecord<byte[], byte[]> record) {
    if (hurried.isEmpty()) {
      return false;
    }
    Hurry last = hurried.get(new TopicPartition(record.topic(), record.partition()));
    return last != null && record.offset() < last.end() && record.timestamp() < last.before();
  }

  private void settle() {
    Map<String, List<Order>> sites = new HashMap<>();
    Map<TopicPartition, Hurry> hurries = new HashMap<>();
    orders.all().values().stream()
        .map(Entry::value)
        .sorted(Comparator.comparing(Order::id).reversed())
        .forEach(order -> {
          sites.merge(
              key(order.pool(), order.site()),
              List.of(order),
              (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
          if (order.action() != Action.HOLD) {
            long before = order.at().plus(CLOCKS_APART).toEpochMilli();
            for (Order.End end : order.upTo()) {
              hurries.putIfAbsent(
                  new TopicPartition(end.topic(), end.partition()),
                  new Hurry(end.offset(), before));
            }
          }
        });
    bySite = sites;
    hurried = hurries;
  }

  private static String key(String pool, String site) {
    return pool + "/" + site;
  }

  @Override
  public void close() {
    orders.close();
  }

  private static final class Texts implements LogTable.Codec<Order> {
    @Override
    public byte[] write(Order order) {
      return DeliveryJson.write(order);
    }

    @Override
    public Order read(byte[] octets) throws MalformedRecord {
      return DeliveryJson.readOrder(octets);
    }
  }
}
