package postbus.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import postbus.delivery.DeliveryStage;

/**
 * The rate to a healthy site, alone, and while mails wait for a dead site and others drip: in turn,
 * with a broker each. The arguments: mails for the dead site (100,000), rounds (5).
 */
final class HealthyAmongSick {
  private static final int MAILS = 4_000;
  private static final int WARM_UP = 1_000;
  private static final int DRIPS = 20;
  private static final int DRIPS_EACH = 50;

  private HealthyAmongSick() {}

  public static void main(String[] arguments) throws IOException {
    int dead = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    Deliveries.head("HealthyAmongSick");
    try (DeliveryRig alone = new DeliveryRig();
        DeliveryRig among = new DeliveryRig();
        Deliveries healthy = new Deliveries(1)) {
      fallSick(among, dead);
      measure(alone, healthy);
      measure(among, healthy);
      List<Double> aloneRates = new ArrayList<>();
      List<Double> amongRates = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        aloneRates.add(measure(alone, healthy));
        amongRates.add(measure(among, healthy));
        System.out.printf("| %,.0f | %,.0f |%n", aloneRates.getLast(), amongRates.getLast());
      }
      double a = Statistics.median(aloneRates);
      double b = Statistics.median(amongRates);
      System.out.printf("| median %,.0f | median %,.0f | %.0f %% |%n", a, b, 100 * b / a);
    }
    System.exit(0);
  }

  /** Returns when all of the dead site's mails have stepped aside once. */
  private static void fallSick(DeliveryRig rig, int dead) throws IOException {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.3.1"))) {
      unused = socket.getLocalPort();
    }
    for (int i = 0; i < dead; i++) {
      rig.put(DeliveryRig.SHARED, "127.0.3.1", unused);
    }
    for (int port : new Drips(DRIPS).ports()) {
      for (int i = 0; i < DRIPS_EACH; i++) {
        rig.put(DeliveryRig.SHARED, "127.0.0.1", port);
      }
    }
    try (Deliveries last = new Deliveries(1)) {
      last.put(rig, DeliveryRig.SHARED, 1);
      rig.flush();
      DeliveryStage stage = rig.deliverer("0");
      last.await(1);
      Waits.pause(Duration.ofSeconds(2));
      stage.stop();
    }
  }

  private static double measure(DeliveryRig rig, Deliveries healthy) throws IOException {
    DeliveryStage stage = rig.deliverer("0");
    healthy.serve(rig, WARM_UP);
    double rate = healthy.serve(rig, MAILS);
    stage.stop();
    return rate;
  }
}
