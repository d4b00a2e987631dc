package postbus.dns;

import java.net.InetAddress;
import java.util.List;

/**
 * What domains publish, record by record: for checks of where a mail comes from. All questions to
 * one of these share its deadline; after it, answers are {@link Unknown}.
 *
 * <p>A name is a domain as text, with or without a final dot. Its labels may hold any octets, one
 * character each; what is no domain name has no records.
 */
public interface DnsRecords {

  /** What a question came to. */
  sealed interface Answer<T> {}

  /**
   * There are such records.
   *
   * @param values at least one
   */
  record Found<T>(List<T> values) implements Answer<T> {
    public Found {
      values = List.copyOf(values);
    }
  }

  /** DNS says that there is no such record, or not even the domain. */
  record Nothing<T>(boolean domainExists) implements Answer<T> {}

  /** DNS did not say. */
  record Unknown<T>(String why) implements Answer<T> {}

  /** The texts of a name, the strings of each put together; one character for an octet. */
  Answer<String> texts(String name);

  /** The addresses of a name, of one of the two kinds. */
  Answer<InetAddress> addresses(String name, Kind kind);

  /** The hosts that a name's MX records name, the best first; the root is the empty text. */
  Answer<String> exchangers(String name);

  /** The hosts that an address is said to be, unproven (PTR). */
  Answer<String> hosts(InetAddress address);

  /** The kinds of addresses. */
  enum Kind {
    V4,
    V6;

    /** The kind of this address. */
    public static Kind of(InetAddress address) {
      return address.getAddress().length == 4 ? V4 : V6;
    }
  }
}
