package postbus.log;

import static postbus.log.Setting.choice;
import static postbus.log.Setting.promise;
import static postbus.log.Setting.promiseAtLeast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import postbus.log.LogSettings.Shape;

/** All topics of an installation, and the settings of each, with their reasons. */
public final class TopicCatalogue {
  private static final Duration QUESTION_KEPT = Duration.ofHours(1);
  private static final Duration EVENTS_KEPT = Duration.ofDays(30);
  private static final Duration NOTES_KEPT = Duration.ofDays(60);
  private static final int NOTES_OCTETS_MAX = 128 << 20;
  private static final int SEGMENT_OCTETS = 16 << 20;
  private static final short REPLICATION = 3;

  /** Of a cluster's replicas, those that have a record before it is acknowledged. */
  static final int REPLICAS_MIN = 2;

  private static final int BUSY_PARTITIONS = 12;
  private static final int QUIET_PARTITIONS = 3;

  private final Shape shape;
  private final List<TopicSpec> topics = new ArrayList<>();

  private TopicCatalogue(Shape shape) {
    this.shape = shape;
  }

  /**
   * What a pool needs.
   *
   * @param retryDelays one retry topic each
   * @param slots lanes that it lends
   * @param ownLanes sites that have a lane of their own
   */
  public record Pool(String name, List<Duration> retryDelays, int slots, Set<String> ownLanes) {}

  /** What the stages of a site need whose pools lend no lanes. */
  public static List<TopicSpec> of(Shape shape, Set<String> pools, List<Duration> retryDelays) {
    return of(
        shape,
        pools.stream().map(name -> new Pool(name, retryDelays, 0, Set.of())).toList(),
        retryDelays);
  }

  /**
   * What the stages of a site need.
   *
   * @param pools none of which may be called as a stage
   * @param retryDelays one retry topic each, for every stage that is no pool's
   */
  public static List<TopicSpec> of(
      Shape shape, Collection<Pool> pools, List<Duration> retryDelays) {
    TopicCatalogue catalogue = new TopicCatalogue(shape);
    catalogue.site(pools, retryDelays);
    return List.copyOf(catalogue.topics);
  }

  private void site(Collection<Pool> pools, List<Duration> retryDelays) {
    busy(Topics.RECEIVED, questions());
    // Every ingress reads all verdicts, and each is a few octets.
    add(Topics.VERDICTS, 1, questions());
    busy(Topics.ACCEPTED, mails());
    busy(Topics.UNJUDGED, mails());
    quiet(Topics.REINJECTED, mails());
    quiet(Topics.QUARANTINE, mails());
    busy(Topics.EVENTS, events());
    busy(Topics.LOCAL, mails());
    for (String table : List.of(Topics.SLOTS, Topics.SITES, Topics.ORDERS)) {
      add(table, 1, latest());
    }
    add(Topics.GREYLIST, 1, notes());
    Set<String> stages =
        new TreeSet<>(Set.of(Topics.POLICY_STAGE, Topics.ROUTER_STAGE, Topics.LOCAL_STAGE));
    add(Topics.MARKS, 1, marks());
    for (String stage : stages) {
      stage(stage, retryDelays);
    }
    for (Pool pool : pools) {
      if (!stages.add(pool.name())
          || pool.name().equals(LetterId.QUARANTINE)
          || Topics.deadLetter(pool.name()).equals(Topics.MARKS)) {
        throw new IllegalArgumentException("a pool may not be called as a stage: " + pool.name());
      }
      busy(Topics.sharedLane(pool.name()), mails());
      pool.ownLanes().stream()
          .sorted()
          .forEach(site -> busy(Topics.ownLane(pool.name(), site), mails()));
      for (int slot = 1; slot <= pool.slots(); slot++) {
        quiet(Topics.slot(pool.name(), slot), mails());
      }
      stage(pool.name(), pool.retryDelays());
    }
  }

  private void stage(String stage, List<Duration> retryDelays) {
    quiet(Topics.deadLetter(stage), mails());
    retryDelays.forEach(delay -> quiet(Topics.retry(stage, delay), mails()));
  }

  private void busy(String name, List<Setting> settings) {
    add(name, BUSY_PARTITIONS, settings);
  }

  private void quiet(String name, List<Setting> settings) {
    add(name, QUIET_PARTITIONS, settings);
  }

  private void add(String name, int partitions, List<Setting> settings) {
    topics.add(
        switch (shape) {
          // Each partition flushes by itself, so that more of them make one disk slower.
          case ONE_MACHINE -> new TopicSpec(name, 1, (short) 1, settings);
          case CLUSTER -> new TopicSpec(name, partitions, REPLICATION, settings);
        });
  }

  /** Where mails wait, or are kept for an operator. */
  private List<Setting> mails() {
    List<Setting> settings = new ArrayList<>(recorded("a mail that waits is not deleted by age"));
    settings.add(promise("retention.ms", -1, "a mail that waits is not deleted by age"));
    settings.add(
        promiseAtLeast(
            "max.message.bytes",
            BrokerSettings.RECORD_OCTETS_MAX,
            "a mail that one topic takes, every other must take too"));
    settings.add(
        choice("message.timestamp.type", "CreateTime", "the record's time is the mail's step's"));
    return settings;
  }

  /** Where the last value of each key counts. */
  private List<Setting> latest() {
    return List.of(
        promise("cleanup.policy", "compact", "a value is not deleted by age"),
        choice("segment.bytes", SEGMENT_OCTETS, "read whole at each start"),
        choice("min.cleanable.dirty.ratio", "0.1", "read whole at each start"));
  }

  /** Where the last value of each key counts, for a time, and a lost one does little harm. */
  private List<Setting> notes() {
    String bounded = "read whole at each start, in a bounded time";
    List<Setting> settings = new ArrayList<>();
    settings.add(choice("cleanup.policy", "compact,delete", "nobody is remembered for ever"));
    settings.add(choice("retention.ms", NOTES_KEPT.toMillis(), "nobody is remembered for ever"));
    settings.add(choice("retention.bytes", NOTES_OCTETS_MAX, bounded));
    settings.add(choice("segment.bytes", SEGMENT_OCTETS, bounded));
    settings.add(choice("min.cleanable.dirty.ratio", "0.1", bounded));
    if (shape == Shape.ONE_MACHINE) {
      settings.add(choice("flush.messages", Long.MAX_VALUE, "a lost note does little harm"));
    }
    return settings;
  }

  /** A story is told for a month; losing it by age loses no mail. */
  private List<Setting> events() {
    List<Setting> settings = new ArrayList<>(recorded("a compacted story has holes"));
    settings.add(
        choice("retention.ms", EVENTS_KEPT.toMillis(), "a mail's story is told for a month"));
    return settings;
  }

  /** What holds for every topic that a stage's transaction writes to. */
  private List<Setting> recorded(String whyNotCompacted) {
    List<Setting> settings = new ArrayList<>();
    settings.add(promise("cleanup.policy", "delete", whyNotCompacted));
    settings.add(promise("retention.bytes", -1, "a long queue is not cut off at its head"));
    settings.addAll(durable());
    return settings;
  }

  /** Without its mark, a dead letter would be replayed twice. */
  private List<Setting> marks() {
    List<Setting> settings = new ArrayList<>(durable());
    settings.add(promise("cleanup.policy", "compact", "a mark is not deleted by age"));
    settings.add(
        promiseAtLeast(
            "max.message.bytes",
            BrokerSettings.RECORD_OCTETS_MAX,
            "a mark holds the envelope of an edited mail"));
    return settings;
  }

  private List<Setting> durable() {
    List<Setting> settings = new ArrayList<>();
    settings.add(
        promise("unclean.leader.election.enable", false, "a replica that lags behind never leads"));
    settings.add(
        switch (shape) {
          case ONE_MACHINE ->
              promise(
                  "flush.messages",
                  1,
                  "on disk before it is acknowledged; a marker that a power cut takes away would"
                      + " leave its transaction open for ever");
          case CLUSTER ->
              promiseAtLeast(
                  "min.insync.replicas", REPLICAS_MIN, "on two brokers before acknowledged");
        });
    return settings;
  }

  /** Questions and verdicts: the client still owns the mail, and asks again if one is lost. */
  private List<Setting> questions() {
    List<Setting> settings = new ArrayList<>();
    settings.add(choice("cleanup.policy", "delete", "an old question has no reader"));
    settings.add(choice("retention.ms", QUESTION_KEPT.toMillis(), "an old question has no reader"));
    settings.add(
        promiseAtLeast(
            "max.message.bytes",
            BrokerSettings.RECORD_OCTETS_MAX,
            "a mail that one topic takes, every other must take too"));
    settings.add(
        switch (shape) {
          case ONE_MACHINE ->
              choice("flush.messages", Long.MAX_VALUE, "the client still owns the mail: no wait");
          case CLUSTER ->
              choice("min.insync.replicas", 1, "the client still owns the mail: no wait");
        });
    return settings;
  }
}
