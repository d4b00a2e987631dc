package postbus.dns;

import java.util.List;

/** Finds the hosts that take the mail of a domain. */
public interface MailExchangers {

  /** Blocks for at most the resolver's time limit; never throws for what DNS says. */
  Answer of(String domain);

  /** What DNS says of a domain. */
  sealed interface Answer {}

  /**
   * Exchangers that are nearer to the domain than this host, in the order of preference; equal ones
   * in random order. At least one has an address.
   */
  record Found(List<Exchanger> exchangers) implements Answer {
    public Found {
      exchangers = List.copyOf(exchangers);
    }
  }

  /** This host is one of the best exchangers: it cannot send the mail anywhere, only keep it. */
  record Here(String why) implements Answer {}

  /** There is no such domain, it has no host, or it takes no mail (null MX): 5yz. */
  record Never(String why) implements Answer {}

  /** DNS did not answer, or with an error: try later. */
  record Later(String why) implements Answer {}

  /**
   * One host.
   *
   * @param host its canonical name (RFC 1034, section 3.6.2) in lower case
   * @param preference lower is better; 0 for a domain without MX that is its own exchanger
   * @param addresses IPv4 and IPv6 in text form; none if there are none, or none are known now
   */
  record Exchanger(String host, int preference, List<String> addresses) {
    public Exchanger {
      addresses = List.copyOf(addresses);
    }
  }
}
