package postbus.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import postbus.log.LetterId;
import postbus.log.LetterMark;
import postbus.log.Letters;
import postbus.log.LogAccess;
import postbus.log.LogSettings.Shape;
import postbus.log.MissingReplicas;
import postbus.log.StageMembers;
import postbus.log.TopicCheck;
import postbus.log.Topics;
import postbus.log.WaitingMails;
import postbus.mail.Envelope;
import postbus.site.InvalidSite;
import postbus.site.Site;

/** Reads from the log what a status says. Its time limit holds for each answer of the log. */
final class StatusReading implements AutoCloseable {
  /** Mails of a stage up to which they are counted one by one, and looked at for the oldest. */
  static final int EXACT_MAX = 2_000;

  private static final Map<String, List<String>> INPUTS =
      Map.of(
          Topics.POLICY_STAGE, List.of(Topics.UNJUDGED),
          Topics.ROUTER_STAGE, List.of(Topics.ACCEPTED, Topics.REINJECTED),
          Topics.LOCAL_STAGE, List.of(Topics.LOCAL));

  private final LogAccess kafka;
  private final Duration wait;
  private final WaitingMails waiting;
  private final StageMembers members;

  StatusReading(LogAccess kafka, Duration wait) throws IOException {
    this.kafka = kafka;
    this.wait = wait;
    this.waiting = new WaitingMails(kafka, wait);
    this.members = new StageMembers(kafka, wait);
  }

  /** All of it. */
  Status read(Path folder, Site site, List<Status.Listener> listeners)
      throws IOException, InvalidSite {
    Instant now = Instant.now();
    List<Status.Stage> stages = new ArrayList<>();
    List<Status.Lane> lanes = new ArrayList<>();
    try (SiteKnowledge known = SiteKnowledge.read(kafka, wait)) {
      for (String stage : List.of(Topics.POLICY_STAGE, Topics.ROUTER_STAGE, Topics.LOCAL_STAGE)) {
        stages.add(stage(stage, INPUTS.getOrDefault(stage, List.of()), lanes, known));
      }
      for (String pool : site.pools().keySet()) {
        List<String> inputs =
            waiting.topicsOf(pool).stream().filter(StatusReading::isLane).toList();
        stages.add(stage(pool, inputs, lanes, known));
      }
      try (Letters letters = new Letters(kafka, wait, false)) {
        Map<LetterId, LetterMark> marks = letters.marks();
        return new Status(
            now,
            "",
            listeners,
            stages,
            lanes,
            held(known),
            open(letters, Shelf.DEAD, marks),
            open(letters, Shelf.QUARANTINE, marks).stream().findFirst(),
            topicsAmiss(folder),
            MissingReplicas.of(kafka, wait));
      }
    }
  }

  private static List<Status.Held> held(SiteKnowledge known) {
    return known.holds().stream()
        .map(order -> new Status.Held(order.pool(), order.site(), order.at()))
        .toList();
  }

  private static boolean isLane(String topic) {
    return topic.startsWith("delivery.");
  }

  private Status.Stage stage(
      String stage, List<String> inputs, List<Status.Lane> lanes, SiteKnowledge known)
      throws IOException {
    List<String> retries =
        waiting.topicsOf(stage).stream().filter(topic -> !isLane(topic)).toList();
    Depths in = depths(stage, inputs);
    Depths later = depths(stage, retries);
    for (String topic : inputs) {
      long mails = in.mails.getOrDefault(topic, 0L);
      String site = known.holder(topic).orElse("");
      if (isLane(topic) && (mails > 0 || !site.isEmpty())) {
        lanes.add(new Status.Lane(topic, site, mails, in.isExact));
      }
    }
    later.mails.forEach(
        (topic, mails) -> lanes.add(new Status.Lane(topic, "", mails, later.isExact)));
    StageMembers.Members serving = members.of(stage, inputs);
    return new Status.Stage(
        stage,
        serving.members(),
        serving.unowned().stream().map(TopicPartition::toString).toList(),
        in.mails.values().stream().mapToLong(Long::longValue).sum(),
        in.isExact,
        in.oldest);
  }

  /** How many mails wait in which topics; none is named in which none waits. */
  private record Depths(Map<String, Long> mails, boolean isExact, Instant oldest) {}

  private Depths depths(String stage, Collection<String> topics) throws IOException {
    Map<String, Long> atMost = waiting.atMost(stage, topics);
    if (atMost.values().stream().mapToLong(Long::longValue).sum() > EXACT_MAX) {
      return new Depths(atMost, false, Instant.MAX);
    }
    Map<String, Long> counts = new TreeMap<>();
    Instant[] oldest = {Instant.MAX};
    waiting.read(
        stage,
        atMost.keySet(),
        mail -> {
          counts.merge(mail.topic(), 1L, Long::sum);
          Instant came = mail.envelope().map(Envelope::receivedAt).orElse(Instant.MAX);
          oldest[0] = came.isBefore(oldest[0]) ? came : oldest[0];
        });
    return new Depths(counts, true, oldest[0]);
  }

  private static List<Status.Letters> open(
      Letters letters, Shelf shelf, Map<LetterId, LetterMark> marks) throws IOException {
    List<Status.Letters> all = new ArrayList<>();
    for (String stage : shelf.stages(letters)) {
      Map<String, Status.Letters> last = new HashMap<>();
      letters.read(
          stage,
          Instant.EPOCH,
          letter -> {
            if (!LetterMark.of(letter, marks).isDone()) {
              var one = new Status.Letters(stage, 1, letter.at(), letter.reason());
              last.merge(stage, one, StatusReading::together);
            }
          });
      all.addAll(last.values());
    }
    return all;
  }

  private static Status.Letters together(Status.Letters one, Status.Letters other) {
    Status.Letters newest = one.newest().isAfter(other.newest()) ? one : other;
    return new Status.Letters(
        one.stage(), one.open() + other.open(), newest.newest(), newest.reason());
  }

  private int topicsAmiss(Path folder) throws IOException, InvalidSite {
    Shape shape = TopicCheck.shapeOf(kafka, wait);
    try (TopicCheck check = new TopicCheck(kafka, shape, wait)) {
      return check.compare(SiteNeeds.topics(folder, shape)).size();
    }
  }

  @Override
  public void close() {
    waiting.close();
    members.close();
  }
}
