package postbus.delivery;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import postbus.mail.MailId;
import postbus.mail.Order;

/**
 * Which orders have come since the last look. They are known by their ids, not by their times: the
 * clocks of those who give them differ. Remembers no more of them than stand.
 */
final class NewOrders {
  private Set<MailId> known = Set.of();

  /**
   * Those that were not there before, in the order given.
   *
   * @param all that stand now
   */
  synchronized List<Order> among(List<Order> all) {
    List<Order> come = all.stream().filter(order -> !known.contains(order.id())).toList();
    known = all.stream().map(Order::id).collect(Collectors.toUnmodifiableSet());
    return come;
  }
}
