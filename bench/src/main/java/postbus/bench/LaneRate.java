package postbus.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import postbus.delivery.DeliveryStage;
import postbus.log.Topics;
import postbus.site.SiteRule;

/**
 * The rate through one lane of four partitions, which a site has of its own, with 1, 2 and 4
 * deliverers: in turn. The argument: rounds (3).
 */
final class LaneRate {
  private static final String SITE = "big.example";
  private static final int PARTITIONS = 4;
  private static final int CONNECTIONS = 40;
  private static final int MAILS = 15_000;

  /** For deliverers that begin together to share the partitions out. */
  private static final Duration SHARING_OUT = Duration.ofSeconds(4);

  private LaneRate() {}

  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    Deliveries.head("LaneRate");
    SiteRule rule =
        new SiteRule(
            SITE,
            List.of("127.0.0.1"),
            true,
            OptionalInt.of(CONNECTIONS),
            OptionalInt.empty(),
            OptionalInt.empty());
    Map<Integer, List<Double>> rates = new TreeMap<>();
    try (DeliveryRig rig = new DeliveryRig(Deliveries.limits(Map.of(SITE, rule)), PARTITIONS);
        Deliveries site = new Deliveries(1)) {
      measure(rig, site, 1);
      for (int round = 0; round < rounds; round++) {
        for (int deliverers : new int[] {1, 2, 4}) {
          rates
              .computeIfAbsent(deliverers, _ -> new ArrayList<>())
              .add(measure(rig, site, deliverers));
        }
      }
    }
    rates.forEach((deliverers, each) ->
        System.out.printf("| %d | %,.0f | %s |%n", deliverers, Statistics.median(each), each));
    System.exit(0);
  }

  /** The mails come once each deliverer has its partitions. */
  private static double measure(DeliveryRig rig, Deliveries site, int deliverers)
      throws IOException {
    List<DeliveryStage> stages = new ArrayList<>();
    for (int i : IntStream.range(0, deliverers).toArray()) {
      stages.add(rig.deliverer(Integer.toString(i)));
    }
    Waits.pause(SHARING_OUT);
    site.put(rig, Topics.ownLane(DeliveryRig.POOL, SITE), MAILS);
    rig.flush();
    site.await(MAILS);
    double rate = Deliveries.rate(site.last(MAILS));
    stages.forEach(DeliveryStage::stop);
    return rate;
  }
}
