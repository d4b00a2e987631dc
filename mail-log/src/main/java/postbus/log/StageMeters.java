package postbus.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What is counted and timed of a stage, under the names of docs/metrics.md. Outcomes are counted
 * when they are recorded, so each once, whatever is tried again.
 */
final class StageMeters {
  /** The bounds that the buckets of times have: from a look-up to RFC 5321's longest wait. */
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60),
    Duration.ofSeconds(600)
  };

  private final MeterRegistry registry = Metrics.globalRegistry;
  private final String stage;
  private final String deadLetterTopic;
  private final Timer work;
  private final Timer recording;
  private final Timer committed;
  private final Timer failed;
  private final Counter deadLetters;

  /**
   * @param stage the label of all its meters: the consumer group
   * @param name the stage's name, after which its dead letters are called
   */
  StageMeters(String stage, String name) {
    Alarm.begin();
    this.stage = stage;
    this.deadLetterTopic = Topics.deadLetter(name);
    this.work = timer("postbus.stage.work").register(registry);
    this.recording = timer("postbus.stage.recording").register(registry);
    this.committed = timer("postbus.stage.transaction").tag("end", "committed").register(registry);
    this.failed = timer("postbus.stage.transaction").tag("end", "failed").register(registry);
    this.deadLetters =
        Counter.builder("postbus.stage.dead.letters").tag("stage", stage).register(registry);
  }

  private Timer.Builder timer(String name) {
    return Timer.builder(name).tag("stage", stage).serviceLevelObjectives(BOUNDS);
  }

  /** Those of one of the topics that the stage takes from. */
  TopicMeters of(String topic) {
    return new TopicMeters(registry, stage, topic);
  }

  /** The work on a mail has come to a result. */
  void worked(long nanos) {
    work.record(nanos, TimeUnit.NANOSECONDS);
  }

  void transacted(boolean success, long nanos) {
    (success ? committed : failed).record(nanos, TimeUnit.NANOSECONDS);
  }

  /** This outcome is in the log for good. */
  void recorded(Finished outcome) {
    TopicMeters topic = outcome.inHand().window().meters();
    topic.recorded();
    recording.record(System.nanoTime() - outcome.since(), TimeUnit.NANOSECONDS);
    for (ProducerRecord<byte[], byte[]> record : outcome.records()) {
      if (record instanceof EventRecord event) {
        topic.outcome(event.what(), event.recipients());
      } else if (record.topic().equals(deadLetterTopic)) {
        deadLetters.increment();
      }
    }
  }
}
