package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import postbus.mail.MailId;
import postbus.mail.Order;
import postbus.mail.Order.Action;

/** Each order is carried out once, whatever the clock of who gave it says. */
class NewOrdersTest {
  private final NewOrders orders = new NewOrders();

  @Test
  void anOrderGivenByASlowClockIsNoOldOne() {
    Order slow = order(MailId.next());
    Order fast = order(MailId.next());
    assertThat(orders.among(List.of(fast))).containsExactly(fast);
    assertThat(orders.among(List.of(slow, fast))).containsExactly(slow);
    assertThat(orders.among(List.of(slow, fast))).isEmpty();
  }

  private static Order order(MailId id) {
    return new Order(id, "operator", "normal", "x.org", Action.RETRY, List.of(), "", "");
  }
}
