package postbus.log;

/**
 * How a process reaches the log.
 *
 * @param access where it is, and how one gets in
 * @param instance the name of this process's slot, stable over restarts: part of transactional ids
 *     and of static membership, so that a restarted process takes its own place at once
 * @param shape what kind of installation it is
 */
public record LogSettings(LogAccess access, String instance, Shape shape) {

  /** Of a log that lets everybody in. */
  public LogSettings(String bootstrapServers, String instance, Shape shape) {
    this(LogAccess.open(bootstrapServers), instance, shape);
  }

  /** As Kafka's clients take it. */
  public String bootstrapServers() {
    return access.servers();
  }

  /** What the settings of topics and clients depend on. */
  public enum Shape {
    /** One broker; a record is on disk before it is acknowledged. */
    ONE_MACHINE,
    /** Several brokers; a record is on at least two of them before it is acknowledged. */
    CLUSTER
  }
}
