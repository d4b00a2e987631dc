package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import postbus.cli.SiteQueues.Queue;
import postbus.log.LogAccess;
import postbus.log.WaitingMails;
import postbus.mail.SiteState;

/** Shows which mails wait for which sites, and what is known of these. */
@Command(
    name = "queue",
    description = {
      "Show the sites for which mail waits: how many, the age of the oldest, the site's state, its"
          + " last reply.",
      "Orders act on all mails of a site: retry, hold, release, bounce, move."
    },
    subcommands = {
      OrderCommand.Retry.class,
      OrderCommand.Hold.class,
      OrderCommand.Release.class,
      OrderCommand.Bounce.class,
      OrderCommand.Move.class
    })
final class QueueCommand implements Callable<Integer> {
  @Mixin private LogAddress log = new LogAddress();

  @Option(names = "--pool", paramLabel = "POOL", description = "Of this pool alone.")
  private @Nullable String pool;

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description = "Of this site alone; google.com also stands for google.com~4f1c.")
  private @Nullable String site;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    LogAccess kafka = log.find();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (WaitingMails waiting = new WaitingMails(kafka, LogAddress.WAIT);
        SiteKnowledge known = SiteKnowledge.read(kafka, LogAddress.WAIT)) {
      List<String> pools = pool == null ? SiteQueues.pools(waiting) : List.of(pool);
      List<Queue> queues = SiteQueues.count(waiting, pools, this::isWanted).all();
      if (queues.isEmpty()) {
        out.println("No mail waits" + (site == null ? "." : " for " + site + "."));
      } else {
        show(queues, known, out);
      }
    }
    out.flush();
    return 0;
  }

  private boolean isWanted(String name) {
    return site == null || isMeant(site, name);
  }

  /** Whether a site is the one that was typed, or one of those that it stands for. */
  static boolean isMeant(String typed, String name) {
    return name.equals(typed) || name.startsWith(typed + "~");
  }

  private static void show(List<Queue> queues, SiteKnowledge known, PrintWriter out) {
    Instant now = Instant.now();
    Table table = new Table("POOL", "SITE", "MAILS", "OLDEST", "STATE", "LAST REPLY");
    for (Queue queue : queues) {
      Optional<SiteState> state = known.of(queue.pool, queue.site);
      String reply =
          state.map(SiteState::lastReply).filter(said -> !said.isEmpty()).orElse(queue.lastReply);
      table.row(
          queue.pool,
          queue.site,
          Long.toString(queue.mails),
          SiteQueues.age(queue.oldest, now),
          state(known, queue, state, now),
          StoryLine.printable(reply));
    }
    table.print(out);
  }

  private static String state(
      SiteKnowledge known, Queue queue, Optional<SiteState> state, Instant now) {
    if (known.isHeld(queue.pool, queue.site)) {
      return "held";
    }
    return state
        .flatMap(SiteState::closedUntil)
        .filter(now::isBefore)
        .map(until -> "closed until " + StoryLine.time(until, ZoneId.systemDefault()))
        .orElse("open");
  }
}
