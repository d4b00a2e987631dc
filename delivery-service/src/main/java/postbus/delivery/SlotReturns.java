package postbus.delivery;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import postbus.log.SlotBook;
import postbus.log.Topics;
import postbus.site.Lending;

/**
 * Gives back the slots that are idle. The owner of a slot's first partition does so: mails come to
 * all partitions alike.
 */
final class SlotReturns {
  private final String pool;
  private final SlotBook lanes;
  private final BiPredicate<String, Integer> owns;
  private final Lending lending;
  private final Map<String, Long> lastSeen = new HashMap<>();

  /**
   * @param owns whether a partition of a topic is ours
   */
  SlotReturns(String pool, SlotBook lanes, BiPredicate<String, Integer> owns, Lending lending) {
    this.pool = pool;
    this.lanes = lanes;
    this.owns = owns;
    this.lending = lending;
  }

  /**
   * Looks which slots have been idle for long enough.
   *
   * @param now milliseconds since 1970
   * @param inUse lanes whose mails are in hand
   */
  void tend(long now, Set<String> inUse) {
    for (int slot = 1; slot <= lending.slots(); slot++) {
      String topic = Topics.slot(pool, slot);
      if (lanes.holder(topic).isEmpty() || !owns.test(topic, 0)) {
        lastSeen.remove(topic);
      } else if (inUse.contains(topic) || !lastSeen.containsKey(topic)) {
        lastSeen.put(topic, now);
      } else if (now - lastSeen.getOrDefault(topic, now) >= lending.idle().toMillis()) {
        lastSeen.remove(topic);
        lanes.holder(topic).ifPresent(site -> lanes.giveBack(pool, site));
      }
    }
  }
}
