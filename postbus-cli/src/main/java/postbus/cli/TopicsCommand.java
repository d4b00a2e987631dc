package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import postbus.log.Difference;
import postbus.log.LogAccess;
import postbus.log.LogSettings.Shape;
import postbus.log.ServiceRights;
import postbus.log.TopicCheck;
import postbus.log.TopicSpec;
import postbus.site.InvalidSite;

/** Shows where the topics and brokers are not as they ought to be, and mends it on demand. */
@Command(
    name = "topics",
    description = {
      "Show where the log's topics and brokers differ from what the site needs.",
      "Exit status 1 while a difference remains."
    })
final class TopicsCommand implements Callable<Integer> {
  /** For each answer of a log that has answered before: creating many topics takes a while. */
  private static final Duration CHANGE_WAIT = Duration.ofSeconds(30);

  @Mixin private LogAddress log = new LogAddress();

  @Option(
      names = "--site",
      paramLabel = "DIR",
      defaultValue = "${env:POSTBUS_SITE:-site}",
      description = "The site folder (default: ${DEFAULT-VALUE}).")
  private Path site = Path.of("site");

  @Option(
      names = "--apply",
      description = "Create missing topics, add partitions, correct settings of topics.")
  private boolean apply;

  @Option(
      names = "--cluster",
      description = "Expect the settings of a cluster, also if one broker alone is running.")
  private boolean cluster;

  @Option(
      names = "--strimzi",
      paramLabel = "NAME",
      description = {
        "Print the topics as resources of Strimzi for its cluster of that name, and ask no log:",
        "with --cluster for several brokers, else for one."
      })
  private @Nullable String strimzi;

  @Option(
      names = "--acls",
      paramLabel = "PRINCIPAL",
      description = {
        "Print what each service may do as commands of Kafka's kafka-acls.sh, and ask no log;",
        "PRINCIPAL is how Kafka calls a service, such as User:CN=%%s."
      })
  private @Nullable String acls;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InvalidSite {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (strimzi != null) {
      Shape expected = cluster ? Shape.CLUSTER : Shape.ONE_MACHINE;
      new StrimziTopics(strimzi).print(SiteNeeds.topics(site, expected), out);
      out.flush();
      return 0;
    }
    if (acls != null) {
      new AclLines(acls).print(ServiceRights.of(SiteNeeds.pools(site)), out);
      out.flush();
      return 0;
    }
    LogAccess kafka = log.find();
    Shape shape = cluster ? Shape.CLUSTER : TopicCheck.shapeOf(kafka, LogAddress.WAIT);
    List<TopicSpec> topics = SiteNeeds.topics(site, shape);
    try (TopicCheck check = new TopicCheck(kafka, shape, CHANGE_WAIT)) {
      if (apply) {
        check.apply(topics).forEach(mended -> out.println(done(mended)));
      }
      List<Difference> left = check.compare(topics);
      if (left.isEmpty()) {
        out.printf("%d topics are as they ought to be.%n", topics.size());
        return 0;
      }
      show(left, out);
      return Postbus.FAILED;
    } finally {
      out.flush();
    }
  }

  private static String done(Difference mended) {
    return "mended %s: %s is now %s (was %s)"
        .formatted(mended.where(), mended.setting(), mended.expected(), mended.actual());
  }

  private static void show(List<Difference> left, PrintWriter out) {
    Table table = new Table("WHERE", "SETTING", "IS", "EXPECTED", "PROMISE", "MEND WITH", "REASON");
    for (Difference d : left) {
      table.row(
          d.where(),
          d.setting(),
          d.actual(),
          d.expected(),
          d.breaksPromise() ? "breaks a promise" : "-",
          d.mendable() ? "--apply" : "by hand",
          d.reason());
    }
    table.print(out);
  }
}
