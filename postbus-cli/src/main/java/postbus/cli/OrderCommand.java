package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import postbus.cli.SiteQueues.Queue;
import postbus.log.LogAccess;
import postbus.log.Orders;
import postbus.log.WaitingMails;
import postbus.mail.MailId;
import postbus.mail.Order;
import postbus.mail.Order.Action;

/** Gives an order about all mails of a site, and waits until it is carried out. */
abstract class OrderCommand implements Callable<Integer> {
  /** The order is given, and not yet carried out. */
  private static final int UNDER_WAY = 3;

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final Action action;

  @Mixin private LogAddress log = new LogAddress();

  @Option(names = "--site", required = true, paramLabel = "SITE", description = "Whose mails.")
  private String site = "";

  @Option(names = "--pool", paramLabel = "POOL", description = "Of this pool alone.")
  private @Nullable String pool;

  @Option(names = "--why", paramLabel = "TEXT", description = "For the record, and for reports.")
  private String why = "";

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "How long to wait until it is carried out (10s); then exit status 3.")
  private Duration wait = Duration.ofSeconds(10);

  @Option(names = "--yes", description = "Bounce or move without asking back.")
  private boolean isSure;

  @Option(names = "--force", description = "Also if nothing waits for the site.")
  private boolean isForced;

  @Spec private @Nullable CommandSpec spec;

  private OrderCommand(Action action) {
    this.action = action;
  }

  /** Where MOVE leads to. */
  String target() {
    return "";
  }

  @Override
  public Integer call() throws IOException {
    LogAccess kafka = log.find();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (WaitingMails waiting = new WaitingMails(kafka, LogAddress.WAIT);
        SiteKnowledge known = SiteKnowledge.read(kafka, LogAddress.WAIT)) {
      List<String> pools = SiteQueues.pools(waiting);
      check(pools);
      List<Queue> meant = meant(waiting, pool == null ? pools : List.of(pool));
      int status = 0;
      for (Queue queue : meant) {
        Order order = order(known, queue);
        known.give(order, LogAddress.WAIT);
        out.printf(
            "%s: %s %s in pool %s, %d mails wait%n",
            order.id(), word(), queue.site, queue.pool, queue.mails);
        out.flush();
        status = Math.max(status, await(waiting, order, out));
      }
      return status;
    } finally {
      out.flush();
    }
  }

  private String word() {
    return action.name().toLowerCase(java.util.Locale.ROOT);
  }

  private void check(List<String> pools) {
    for (String named : java.util.Arrays.asList(pool, target().isEmpty() ? null : target())) {
      if (named != null && !pools.contains(named)) {
        throw wrong("no pool " + named + ", expected one of " + String.join(", ", pools));
      }
    }
    if ((action == Action.BOUNCE || action == Action.MOVE) && !isSure) {
      throw wrong(
          "this cannot be undone: say --yes, and see first what waits: queue --site " + site);
    }
  }

  /** The queues of one site, in each pool where its mail waits. */
  private List<Queue> meant(WaitingMails waiting, List<String> pools) throws IOException {
    List<Queue> found =
        SiteQueues.count(waiting, pools, name -> QueueCommand.isMeant(site, name)).all();
    List<String> names = found.stream().map(queue -> queue.site).distinct().toList();
    if (names.size() > 1) {
      throw wrong("several sites: " + String.join(", ", names) + "; name one of them");
    }
    if (!found.isEmpty()) {
      return found;
    }
    if (!isForced && action != Action.RELEASE) {
      throw wrong("no mail waits for " + site + "; --force gives the order nevertheless");
    }
    return pools.stream().map(name -> new Queue(name, site)).toList();
  }

  private ParameterException wrong(String what) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), what);
  }

  private Order order(SiteKnowledge known, Queue queue) throws IOException {
    return new Order(
        MailId.next(),
        System.getProperty("user.name", ""),
        queue.pool,
        queue.site,
        action,
        Orders.ends(known.log(), queue.pool, LogAddress.WAIT),
        target(),
        why);
  }

  /** HOLD needs no end: what is under way goes on, and nothing begins. */
  private int await(WaitingMails waiting, Order order, PrintWriter out) throws IOException {
    if (action == Action.HOLD) {
      return 0;
    }
    long deadline = System.nanoTime() + wait.toNanos();
    long left = SiteQueues.left(waiting, order);
    while (left > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      left = SiteQueues.left(waiting, order);
    }
    out.println(left == 0 ? "carried out" : left + " mails are left; it goes on by itself");
    return left == 0 ? 0 : UNDER_WAY;
  }

  /** RETRY. */
  @Command(name = "retry", description = "Try all mails of a site now.")
  static final class Retry extends OrderCommand {
    Retry() {
      super(Action.RETRY);
    }
  }

  /** HOLD. */
  @Command(name = "hold", description = "Keep all mails of a site, also those that will come.")
  static final class Hold extends OrderCommand {
    Hold() {
      super(Action.HOLD);
    }
  }

  /** RELEASE. */
  @Command(name = "release", description = "End a hold, and try the mails now.")
  static final class Release extends OrderCommand {
    Release() {
      super(Action.RELEASE);
    }
  }

  /** BOUNCE. */
  @Command(name = "bounce", description = "Return the mails that wait now to their senders.")
  static final class Bounce extends OrderCommand {
    Bounce() {
      super(Action.BOUNCE);
    }
  }

  /** MOVE. */
  @Command(name = "move", description = "Let the mails that wait now leave by another pool.")
  static final class Move extends OrderCommand {
    @Option(names = "--to", required = true, paramLabel = "POOL", description = "Where they go.")
    private String to = "";

    Move() {
      super(Action.MOVE);
    }

    @Override
    String target() {
      return to;
    }
  }
}
