package postbus.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import postbus.log.MissingReplicas;

/** What is wrong, a sentence each, with the command that looks closer. Pure. */
final class Findings {
  /** For mails that nothing outside of this installation holds up. */
  static final Duration LATE = Duration.ofMinutes(5);

  private static final int NAMED_MAX = 3;

  private Findings() {}

  /** The gravest first; empty if all is well. */
  static List<String> of(Status status) {
    List<String> findings = new ArrayList<>();
    if (!status.log().isEmpty()) {
      findings.add(status.log() + ": is Kafka running, and is --kafka or --data right?");
    }
    for (Status.Listener listener : status.listeners()) {
      if (!listener.trouble().isEmpty()) {
        findings.add(
            "listener %s (%s) takes no mail: %s"
                .formatted(listener.name(), listener.address(), listener.trouble()));
      }
    }
    status.stages().forEach(stage -> ofStage(stage, status, findings));
    for (Status.Letters letters : status.letters()) {
      findings.add(
          "%s of %s: ./postbus dead-letter list --open --stage %s; the newest, %s old: %s"
              .formatted(
                  count(letters.open(), "dead letter"),
                  letters.stage(),
                  letters.stage(),
                  SiteQueues.age(letters.newest(), status.at()),
                  letters.reason()));
    }
    if (status.topicsAmiss() > 0) {
      findings.add(
          count(status.topicsAmiss(), "setting") + " of topics or brokers amiss: ./postbus topics");
    }
    if (status.missing().partitions() > 0) {
      findings.add(
          "%s without all replicas; away, or behind: %s; docs/howto/kafka-lost-a-broker.md"
              .formatted(
                  count(status.missing().partitions(), "partition"), brokers(status.missing())));
    }
    return findings;
  }

  private static String brokers(MissingReplicas missing) {
    return named(missing.brokers().stream().map(number -> "broker " + number).toList());
  }

  private static void ofStage(Status.Stage stage, Status status, List<String> findings) {
    String waiting =
        stage.waiting() == 0
            ? "nothing waits for it"
            : count(stage.waiting(), "mail") + age(stage, status.at());
    if (stage.members() == 0) {
      findings.add("nobody serves %s: %s".formatted(stage.name(), waiting));
    } else if (!stage.unowned().isEmpty()) {
      findings.add(
          "%s: nobody reads %s; while members come and go that is so for some seconds"
              .formatted(stage.name(), named(stage.unowned())));
    } else if (isLate(stage, status.at())) {
      String look = isPool(stage, status) ? "./postbus queue --pool " + stage.name() : "its log";
      findings.add("%s is behind: %s; see %s".formatted(stage.name(), waiting, look));
    }
  }

  /** Whether the stage has lanes of its own. */
  private static boolean isPool(Status.Stage stage, Status status) {
    return status.lanes().stream()
        .anyMatch(lane -> lane.topic().startsWith("delivery." + stage.name() + "."));
  }

  private static boolean isLate(Status.Stage stage, Instant now) {
    return !stage.oldest().equals(Instant.MAX) && stage.oldest().isBefore(now.minus(LATE));
  }

  private static String age(Status.Stage stage, Instant now) {
    String age = SiteQueues.age(stage.oldest(), now);
    return age.isEmpty() ? " waiting" : " waiting, the oldest for " + age;
  }

  private static String named(List<String> names) {
    int more = names.size() - NAMED_MAX;
    String first = String.join(", ", names.subList(0, Math.min(NAMED_MAX, names.size())));
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private static String count(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
