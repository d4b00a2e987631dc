package postbus.log;

import static postbus.log.Setting.choice;
import static postbus.log.Setting.promise;
import static postbus.log.Setting.promiseAtLeast;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What brokers are set to, and why: the promises of the log that no topic can make by itself. */
public final class BrokerSettings {
  /**
   * The largest record, and the largest batch of a producer, in octets: an inline content of 512
   * KiB with its envelope, and batches of 1 MiB.
   */
  public static final int RECORD_OCTETS_MAX = 2 << 20;

  /** The largest metadata of a committed offset, in octets: a window's unfinished offsets. */
  public static final int OFFSET_METADATA_OCTETS_MAX = 64 << 10;

  /** The longest time-out a stage's transactions may ask for. */
  static final int TRANSACTION_MILLIS_MAX = 60_000;

  private BrokerSettings() {}

  /** All settings of a shape's brokers. */
  public static List<Setting> of(LogSettings.Shape shape) {
    List<Setting> all = new ArrayList<>(promises());
    switch (shape) {
      case ONE_MACHINE -> {
        all.addAll(durableAlone());
        all.addAll(smallAndQuick());
      }
      case CLUSTER -> all.addAll(durableTogether());
    }
    return List.copyOf(all);
  }

  /** For the one broker of one machine, as its settings file takes them. */
  public static Map<String, String> oneMachine() {
    Map<String, String> settings = new LinkedHashMap<>();
    of(LogSettings.Shape.ONE_MACHINE).forEach(s -> settings.put(s.name(), s.value()));
    return settings;
  }

  private static List<Setting> promises() {
    return List.of(
        promise(
            "auto.create.topics.enable", false, "a misspelt topic would take mail nobody reads"),
        promise(
            "unclean.leader.election.enable",
            false,
            "a replica that lags behind would lead, and what it misses would be lost"),
        promiseAtLeast(
            "offsets.retention.minutes",
            Integer.MAX_VALUE,
            "a stage that was away for long goes on where it was, and does nothing twice"),
        promiseAtLeast(
            "offset.metadata.max.bytes",
            OFFSET_METADATA_OCTETS_MAX,
            "a commit carries the window's unfinished offsets; refused, the stage would stop"),
        promiseAtLeast(
            "transaction.max.timeout.ms",
            TRANSACTION_MILLIS_MAX,
            "a stage that asks for more would be refused"),
        promiseAtLeast(
            "message.max.bytes",
            RECORD_OCTETS_MAX,
            "a mail that one topic takes, every other must take too"));
  }

  private static List<Setting> durableAlone() {
    return List.of(
        promise(
            "log.flush.interval.messages",
            1,
            "an acknowledged record is on disk, in Kafka's own topics too: a power cut loses"
                + " neither a mail nor an offset"),
        promise(
            "log.retention.ms", -1, "a topic made by hand keeps its records unless it says else"),
        choice("num.partitions", 1, "each partition flushes by itself; one flush serves many"),
        choice("offsets.topic.num.partitions", 1, "one flush serves the commits of all stages"),
        choice("transaction.state.log.num.partitions", 1, "one flush serves all transactions"),
        choice(
            "transactional.id.expiration.ms",
            Integer.MAX_VALUE,
            "a stage that had nothing to do for a week goes on without a new start"),
        choice("group.initial.rebalance.delay.ms", 0, "nobody else will join: read at once"));
  }

  private static List<Setting> smallAndQuick() {
    return List.of(
        choice("log.segment.bytes", 128 << 20, "after a kill the last segments are read again"),
        choice("log.index.size.max.bytes", 1 << 20, "enough for such a segment; mapped at once"),
        choice(
            "log.flush.offset.checkpoint.interval.ms",
            10_000,
            "after a kill only what lies behind this mark is read again"),
        choice(
            "add.partitions.to.txn.retry.backoff.ms",
            1,
            "a transaction that meets the end of the one before begins as soon as that is written"),
        choice(
            "group.coordinator.append.linger.ms",
            0,
            "a commit of offsets is written at once: few stages write into one flush"),
        choice("num.network.threads", 2, "the clients are this process's own"),
        choice("num.io.threads", 4, "a disk or two; flushes are what they wait for"),
        choice("num.recovery.threads.per.data.dir", 2, "a quick start after a kill"),
        choice("background.threads", 2, "little to delete or move"),
        choice("queued.max.requests", 100, "bounds the memory of requests that wait"),
        choice("log.cleaner.dedupe.buffer.size", 4 << 20, "only Kafka's own topics are compacted"),
        choice("log.cleaner.threads", 1, "only Kafka's own topics are compacted"));
  }

  private static List<Setting> durableTogether() {
    String survives = "the loss of any one broker loses nothing";
    return List.of(
        promiseAtLeast("default.replication.factor", 3, survives),
        promiseAtLeast("min.insync.replicas", 2, "an acknowledged record is on two brokers"),
        promiseAtLeast("offsets.topic.replication.factor", 3, survives + ", offsets neither"),
        promiseAtLeast("transaction.state.log.replication.factor", 3, survives),
        promiseAtLeast("transaction.state.log.min.isr", 2, "a commit is on two brokers"));
  }
}
