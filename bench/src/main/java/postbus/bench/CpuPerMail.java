package postbus.bench;

import java.io.IOException;
import java.time.Duration;
import postbus.delivery.DeliveryStage;

/**
 * What CPU a delivered mail takes, in a deliverer that does nothing else: the mails wait before it
 * starts. Broker and destination are processes of their own, and told apart. The argument: rounds
 * (3).
 */
final class CpuPerMail {
  private static final int SITES = 5;
  private static final int WARM_UP = 5_000;
  private static final int MAILS = 20_000;

  private CpuPerMail() {}

  /** CPU of the deliverer, the broker, the destination so far. */
  private record Cpu(Duration deliverer, Duration broker, Duration destination) {
    static Cpu now(DeliveryRig rig, Deliveries deliveries) {
      return new Cpu(
          ProcessHandle.current().info().totalCpuDuration().orElseThrow(),
          rig.broker().cpu(),
          deliveries.destination().cpu());
    }

    private static double each(Duration from, Duration to) {
      return to.minus(from).toNanos() / 1e6 / MAILS;
    }

    String eachSince(Cpu before) {
      return "%.3f | %.3f | %.3f"
          .formatted(
              each(before.deliverer, deliverer),
              each(before.broker, broker),
              each(before.destination, destination));
    }
  }

  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    Deliveries.head("CpuPerMail");
    try (DeliveryRig rig = new DeliveryRig();
        Deliveries deliveries = new Deliveries(SITES)) {
      for (int round = 0; round <= rounds; round++) {
        deliveries.put(rig, DeliveryRig.SHARED, WARM_UP + MAILS);
        rig.flush();
        DeliveryStage stage = rig.deliverer("0");
        deliveries.await(WARM_UP);
        Cpu before = Cpu.now(rig, deliveries);
        deliveries.await(MAILS);
        String each = Cpu.now(rig, deliveries).eachSince(before);
        double rate = Deliveries.rate(deliveries.last(MAILS));
        System.out.printf("| %d | %,.0f | %s |%n", round, rate, each);
        stage.stop();
      }
    }
    System.exit(0);
  }
}
