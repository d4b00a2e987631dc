package postbus.process;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import postbus.log.Difference;
import postbus.log.LogSettings;
import postbus.log.LogUnreachable;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.TopicSpec;
import postbus.site.Site;

/**
 * Makes sure, before anything uses the log, that it keeps the promises: topics that are missing are
 * created, and a difference that breaks a promise stops the start. Other differences are told.
 */
@Singleton
class LogCheck {
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(30);
  private static final int FIRST = 1;

  /** Below what Kubernetes lets a start last (deploy/k8s/base/pod.yaml). */
  private static final Duration START_WAIT = Duration.ofMinutes(8);

  private static final Duration AGAIN_WAIT = Duration.ofSeconds(5);
  private static final Logger LOG = Logger.getLogger(LogCheck.class);

  private final LogSettings log;
  private final Site site;

  LogCheck(LogSettings log, Site site) {
    this.log = log;
    this.site = site;
  }

  /** Before the channels of a service open, and before any part begins. */
  void run(@Observes @Priority(FIRST) StartupEvent event) {
    List<TopicSpec> topics = topics();
    new LogWait(START_WAIT, AGAIN_WAIT).until(() -> check(topics));
  }

  private void check(List<TopicSpec> topics) throws LogUnreachable {
    try (TopicCheck check = new TopicCheck(log.access(), log.shape(), ANSWER_WAIT)) {
      check.createMissing(topics);
      List<Difference> differences = check.compare(topics);
      List<Difference> broken = TopicCheck.promiseBroken(differences);
      differences.stream().filter(d -> !broken.contains(d)).forEach(d -> LOG.warnf("%s", d));
      if (!broken.isEmpty()) {
        throw new StartRefused(
            "the log would not keep what Postbus promises; ./postbus topics --apply mends what it"
                + " can:\n"
                + broken.stream().map(d -> "  " + d).collect(Collectors.joining("\n")));
      }
    }
  }

  /** As {@code ./postbus topics} says them. */
  private List<TopicSpec> topics() {
    List<TopicCatalogue.Pool> pools =
        site.pools().values().stream()
            .map(pool ->
                new TopicCatalogue.Pool(
                    pool.name(),
                    site.schedule(pool).delays(),
                    site.delivery().lending().slots(),
                    site.delivery().ownLanes()))
            .toList();
    return TopicCatalogue.of(log.shape(), pools, site.schedule().delays());
  }
}
