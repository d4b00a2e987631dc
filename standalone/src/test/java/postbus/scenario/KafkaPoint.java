package postbus.scenario;

import org.apache.kafka.common.protocol.ApiKeys;

/**
 * A moment between a process and the broker.
 *
 * @param request what the process asks for
 * @param of a topic, a transactional id or a group that it names
 * @param isDone whether the broker does it, and only its answer gets lost
 */
record KafkaPoint(ApiKeys request, String of, boolean isDone) {
  /** The broker never hears of it. */
  static KafkaPoint before(ApiKeys request, String of) {
    return new KafkaPoint(request, of, false);
  }

  /** The broker has done it, and who asked never hears of it. */
  static KafkaPoint after(ApiKeys request, String of) {
    return new KafkaPoint(request, of, true);
  }
}
