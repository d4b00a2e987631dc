package postbus.router;

import java.util.List;
import postbus.mail.EmailAddress;

/** What is said of a text that should be an address. */
public sealed interface Answer {

  /** As it was asked. */
  String asked();

  /**
   * Where mail for it would end.
   *
   * @param address with its domain
   */
  record Routed(String asked, EmailAddress address, List<Way> ways) implements Answer {
    public Routed {
      ways = List.copyOf(ways);
    }
  }

  /** No mail can be sent to it: it is no address, for this reason. */
  record NoAddress(String asked, String reason) implements Answer {}
}
