package postbus.log;

/**
 * Where the log is not as it ought to be.
 *
 * @param where the topic, or {@code broker 1}
 * @param setting as Kafka names it; {@code topic}, {@code partitions} or {@code replication} for
 *     what is none
 * @param reason why it ought to be so
 * @param breaksPromise whether mail may be lost, doubled or stuck while it stays
 * @param mendable whether {@link TopicCheck#apply} can mend it
 */
public record Difference(
    String where,
    String setting,
    String expected,
    String actual,
    String reason,
    boolean breaksPromise,
    boolean mendable) {

  @Override
  public String toString() {
    return where + ": " + setting + " is " + actual + ", not " + expected + " (" + reason + ")";
  }
}
