package postbus.dns;

import java.util.List;

/** Finds the hosts that take the mail of a domain. */
public interface MailExchangers {

  /** Blocks for at most the resolver's time limit; never throws for what DNS says. */
  Answer of(String domain);

  /** What DNS says of a domain. */
  sealed interface Answer {}

  /** Exchangers in the order of preference; equal ones in random order. */
  record Found(List<Exchanger> exchangers) implements Answer {
    public Found {
      exchangers = List.copyOf(exchangers);
    }
  }

  /** There is no such domain, it has no host, or it takes no mail (null MX): 5yz. */
  record Never(String why) implements Answer {}

  /** DNS did not answer, or with an error: try later. */
  record Later(String why) implements Answer {}

  /**
   * One host.
   *
   * @param preference lower is better; 0 for a domain without MX that is its own exchanger
   * @param addresses IPv4 and IPv6 in text form, at least one
   */
  record Exchanger(String host, int preference, List<String> addresses) {
    public Exchanger {
      addresses = List.copyOf(addresses);
    }
  }
}
