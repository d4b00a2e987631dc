package postbus.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import postbus.delivery.DeliveryStage;
import postbus.log.LogUnreachable;
import postbus.log.Mail;
import postbus.log.LogAccess;
import postbus.log.WaitingMails;
import postbus.mail.Route;

/**
 * What mails that wait for later cost the others: the deliverer's memory, its start, and the rate
 * to a healthy site; and how long {@code ./postbus queue} reads to count them. The arguments: how
 * many wait (1000 10000 100000 1000000).
 */
final class QueueCost {
  private static final int MAILS = 3_000;
  private static final int ROUNDS = 3;

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

  private void fill(DeliveryRig rig, int upTo) {
    for (; waiting < upTo; waiting++) {
      Mail mail = rig.mail(Deferred.HOST, Deferred.port(waiting), waiting);
      rig.put(Deferred.record(mail, waiting));
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
    return "%.1f | %.1f | %,.0f |".formatted(ready, heap, Statistics.median(rates));
  }

  private static double heapMebibytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Waits.pause(Duration.ofMillis(200));
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0;
  }

  /** Seconds to count all that waits, by site. */
  private static double read(DeliveryRig rig) throws LogUnreachable {
    long begun = System.nanoTime();
    Map<String, Integer> bySite = new HashMap<>();
    try (WaitingMails log = new WaitingMails(LogAccess.open(rig.bootstrapServers()), Duration.ofSeconds(30))) {
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
