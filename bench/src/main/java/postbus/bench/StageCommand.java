package postbus.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What each stage alone takes for a mail: the ingress from SMTP to {@code mail.accepted}, the
 * router from there into a lane, the deliverer from the lane to a destination. Each is a process of
 * its own as on several machines, at a broker of its own; the stages take turns. The broker's part
 * is told apart; sender and destination are in neither. Limit: a stage that has the machine for
 * itself batches differently than one that shares it, so these do not add up to the whole.
 */
@Command(name = "stage", description = "CPU for each mail of each stage alone.")
final class StageCommand implements Callable<Integer> {
  @Option(names = "--rounds", description = "of which the median counts (${DEFAULT-VALUE})")
  private int rounds = 3;

  @Option(names = "--mails", description = "that are counted (${DEFAULT-VALUE})")
  private int mails = 20_000;

  @Option(names = "--warm-up", description = "mails before them (${DEFAULT-VALUE})")
  private int warmUp = 20_000;

  @Option(names = "--stages", split = ",", description = "which (${DEFAULT-VALUE})")
  private List<String> stages = List.of("ingress", "router", "delivery");

  @Override
  public Integer call() throws IOException {
    System.out.println(Machine.now());
    PeerPrograms.available(List.of(), false);
    StageDriver driver = new StageDriver(Folders.temporary(Folders.DISK), warmUp, mails);
    Progress progress = new Progress(rounds * stages.size());
    Map<String, List<StageDriver.Cost>> costs = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (String stage : stages) {
        progress.begin("%s, round %d of %d".formatted(stage, round, rounds));
        costs.computeIfAbsent(stage, _ -> new ArrayList<>()).add(measure(driver, stage));
        progress.end();
      }
    }
    progress.over();
    Table table = new Table("stage", "mails/s", "CPU ms/mail", "broker's CPU ms/mail");
    costs.forEach((stage, all) ->
        table.row(
            stage,
            "%,.0f".formatted(median(all, StageDriver.Cost::rate)),
            "%.3f".formatted(median(all, StageDriver.Cost::service)),
            "%.3f".formatted(median(all, StageDriver.Cost::broker))));
    System.out.print("\n" + table);
    return 0;
  }

  private static StageDriver.Cost measure(StageDriver driver, String stage) throws IOException {
    return switch (stage) {
      case "ingress" -> driver.ingress();
      case "router" -> driver.router();
      case "delivery" -> driver.delivery();
      default -> throw new Unmeasured("no stage that is known here: " + stage);
    };
  }

  private static double median(
      List<StageDriver.Cost> costs, ToDoubleFunction<StageDriver.Cost> figure) {
    return Statistics.median(costs.stream().map(cost -> figure.applyAsDouble(cost)).toList());
  }
}
