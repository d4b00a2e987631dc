package postbus.mail;

import java.util.List;
import java.util.stream.Collectors;

/** Where a mail goes next: to whom the pool's deliverer connects, or what takes it here. */
public sealed interface NextHop {

  /**
   * The mail exchangers of a domain (RFC 5321, section 5.1), asked of DNS when the mail leaves.
   *
   * @param hosts names those that it had when it was routed, such as {@code (mx1>mx2).example.org}:
   *     domains with equal ones share transactions and connections; empty if not known
   */
  record Exchangers(String domain, String hosts) implements NextHop {

    /** A domain whose exchangers are not known yet. */
    public Exchangers(String domain) {
      this(domain, "");
    }

    @Override
    public String toString() {
      return domain;
    }
  }

  /** Hosts that the site's configuration names, such as a smart host; the best first. */
  record Hosts(List<Host> hosts) implements NextHop {
    public Hosts {
      if (hosts.isEmpty()) {
        throw new IllegalArgumentException("a next hop has at least one host");
      }
      hosts = List.copyOf(hosts);
    }

    public static Hosts of(Host... hosts) {
      return new Hosts(List.of(hosts));
    }

    @Override
    public String toString() {
      return hosts.stream().map(Host::toString).collect(Collectors.joining(", "));
    }
  }

  /** A name or an address, IPv6 without brackets, and a port. */
  record Host(String name, int port) {
    @Override
    public String toString() {
      return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }
  }

  /** The mailboxes of this installation; the imap-bridge's business. */
  record Mailbox() implements NextHop {
    @Override
    public String toString() {
      return "mailbox";
    }
  }

  /**
   * A command of this installation that reads the mail on its standard input; the imap-bridge's
   * business.
   *
   * @param command as the alias file writes it, without the bar: a path and its arguments
   */
  record Pipe(String command) implements NextHop {
    @Override
    public String toString() {
      return "|" + command;
    }
  }
}
