package postbus.smtp;

import java.net.InetAddress;
import java.util.List;

/**
 * Who we are to the servers we talk to.
 *
 * @param sources the addresses that connections leave from, in turn, each to servers of its own
 *     family only; the wildcard leaves the choice to the system. At least one
 * @param helo what we call ourselves
 * @param startTls whether STARTTLS is used where a server offers it and nothing else is wanted
 */
public record Caller(List<InetAddress> sources, String helo, boolean startTls) {

  public Caller {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("a caller has at least one address");
    }
    sources = List.copyOf(sources);
  }

  /** Those that reach the server: IPv4 from IPv4, IPv6 from IPv6. */
  List<InetAddress> sourcesFor(Server server) {
    int octets = server.address().getAddress().length;
    return sources.stream()
        .filter(source -> source.isAnyLocalAddress() || source.getAddress().length == octets)
        .toList();
  }
}
