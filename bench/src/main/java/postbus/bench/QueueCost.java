package postbus.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import postbus.delivery.DeliveryStage;
import postbus.log.LogUnreachable;
import postbus.log.Mail;
import postbus.log.MailRecords;
import postbus.log.Topics;
import postbus.log.WaitingMails;
import postbus.mail.Attempt;
import postbus.mail.Route;

/**
 * What mails that wait for later cost the others: the deliverer's memory, its start, and the rate
 * to a healthy site; and how long {@code ./postbus queue} reads to count them. The arguments: how
 * many wait (1000 10000 100000 1000000).
 */
final class QueueCost {
  private static final int MAILS = 3_000;
  private static final int ROUNDS = 3;
  private static final List<Duration> DELAYS =
      List.of(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(4));

  private int waiting;

  private QueueCost() {}

  public static void main(String[] arguments) throws IOException, LogUnreachable {
    Deliveries.head("QueueCost");
    List<String> counts =
        arguments.length > 0 ? List.of(arguments) : List.of("1000", "10000", "100000", "1000000");
    try (DeliveryRig rig = new DeliveryRig();
        Deliveries healthy = new Deliveries(1)) {
      QueueCost cost = new QueueCost();
      cost.measure(rig, healthy);
      for (String count : counts) {
        cost.fill(rig, Integer.parseInt(count));
        System.out.printf(
            "| %,d | %s %.1f |%n", cost.waiting, cost.measure(rig, healthy), read(rig));
      }
    }
    System.exit(0);
  }

  /** As a deliverer writes mails of a site that has no room for them. */
  private void fill(DeliveryRig rig, int upTo) {
    Attempt failed = new Attempt(Instant.now(), "451 4.4.1 connection refused", "");
    for (; waiting < upTo; waiting++) {
      Duration delay = DELAYS.get(waiting % DELAYS.size());
      Mail mail = rig.mail("127.0.3.1", 1 + waiting % 1_000, waiting);
      Mail tried = new Mail(mail.envelope().attempted(failed), mail.content());
      String site = mail.envelope().route().orElseThrow().site();
      ProducerRecord<byte[], byte[]> record =
          MailRecords.record(Topics.retry(DeliveryRig.POOL, delay), site, tried);
      String due = Long.toString(Instant.now().plus(delay).toEpochMilli());
      record.headers().add(MailRecords.DUE, due.getBytes(UTF_8));
      record.headers().add(MailRecords.ORIGIN, DeliveryRig.SHARED.getBytes(UTF_8));
      rig.put(record);
    }
    rig.flush();
  }

  private String measure(DeliveryRig rig, Deliveries healthy) throws IOException {
    long begun = System.nanoTime();
    DeliveryStage stage = rig.deliverer("0");
    double ready = (System.nanoTime() - begun) / 1e9;
    healthy.serve(rig, MAILS / 2);
    List<Double> rates = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      rates.add(healthy.serve(rig, MAILS));
    }
    double heap = heapMebibytes();
    stage.stop();
    return "%.1f | %.1f | %,.0f |".formatted(ready, heap, Deliveries.median(rates));
  }

  private static double heapMebibytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Deliveries.pause(Duration.ofMillis(200));
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0;
  }

  /** Seconds to count all that waits, by site. */
  private static double read(DeliveryRig rig) throws LogUnreachable {
    long begun = System.nanoTime();
    Map<String, Integer> bySite = new HashMap<>();
    try (WaitingMails log = new WaitingMails(rig.bootstrapServers(), Duration.ofSeconds(30))) {
      log.read(
          DeliveryRig.POOL,
          log.topicsOf(DeliveryRig.POOL),
          mail ->
              bySite.merge(
                  mail.envelope().flatMap(e -> e.route()).map(Route::site).orElse(""),
                  1,
                  Integer::sum));
    }
    return (System.nanoTime() - begun) / 1e9;
  }
}
