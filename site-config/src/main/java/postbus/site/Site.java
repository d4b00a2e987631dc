package postbus.site;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings of {@code postbus.yaml}: the seed's values under the seed's names. Immutable; read
 * at start. What administrators edit while it runs (aliases, lists, accounts, local domains) is in
 * LiveFiles.
 *
 * @param folder where it was read
 * @param primaryHostname the name of this host in greetings, Received fields and reports
 * @param hostLists by name
 * @param domainLists by name
 * @param listeners by name, in the file's order
 * @param pools by name, in the file's order
 * @param pipes commands that alias files may pipe mail to, by name
 * @param clients what clients are asked about that are not trusted
 * @param scanners the programs that judge contents
 * @param mailboxes how local mail gets into mailboxes
 * @param quarantine how long what was held back waits
 * @param submission what holds for mail of people who logged in
 * @param login how people log in on the listeners that ask for it
 * @param accounts the database of the accounts; empty: they are in the file
 */
public record Site(
    Path folder,
    String primaryHostname,
    Map<String, HostList> hostLists,
    Map<String, DomainList> domainLists,
    Map<String, Listener> listeners,
    Map<String, Pool> pools,
    RoutingRules routing,
    Map<String, Pipe> pipes,
    DnsLimits dns,
    SessionLimits sessions,
    DeliveryLimits delivery,
    Schedule schedule,
    ClientRules clients,
    Scanners scanners,
    MailboxRules mailboxes,
    Quarantine quarantine,
    Submission submission,
    LoginRules login,
    Optional<Database> accounts) {

  /** A site that has no rules for clients, scans nothing, and writes mailboxes itself. */
  public Site(
      Path folder,
      String primaryHostname,
      Map<String, HostList> hostLists,
      Map<String, DomainList> domainLists,
      Map<String, Listener> listeners,
      Map<String, Pool> pools,
      RoutingRules routing,
      Map<String, Pipe> pipes,
      DnsLimits dns,
      SessionLimits sessions,
      DeliveryLimits delivery,
      Schedule schedule) {
    this(
        folder,
        primaryHostname,
        hostLists,
        domainLists,
        listeners,
        pools,
        routing,
        pipes,
        dns,
        sessions,
        delivery,
        schedule,
        ClientRules.DEFAULT,
        Scanners.NONE,
        MailboxRules.DEFAULT,
        Quarantine.DEFAULT,
        Submission.DEFAULT,
        LoginRules.DEFAULT,
        Optional.empty());
  }

  /** The same site with other name servers than it names. */
  public Site asking(List<InetSocketAddress> nameServers) {
    return new Site(
        folder,
        primaryHostname,
        hostLists,
        domainLists,
        listeners,
        pools,
        routing,
        pipes,
        dns.asking(nameServers),
        sessions,
        delivery,
        schedule,
        clients,
        scanners,
        mailboxes,
        quarantine,
        submission,
        login,
        accounts);
  }

  /** The pool of all mail that no rule gives to another one. */
  public static final String NORMAL = "normal";

  /** The addresses of this host: those of its listeners and its pools. */
  public Set<InetAddress> ownAddresses() {
    return OwnAddresses.of(
        Stream.concat(
            listeners.values().stream().map(listener -> listener.address().getAddress()),
            pools.values().stream().flatMap(pool -> pool.sources().stream())));
  }

  /**
   * An address on which SMTP is served.
   *
   * @param onlyFrom who may connect (the seed's connect rule); empty for everybody
   * @param trust who may relay, and is not judged
   * @param frontEnds who speaks for others here
   * @param tls how it speaks TLS; empty for never
   * @param auth whether people log in here
   * @param purpose a few words for the table that is printed at start
   */
  public record Listener(
      String name,
      InetSocketAddress address,
      Optional<HostList> onlyFrom,
      HostList trust,
      FrontEnds frontEnds,
      Optional<ListenerTls> tls,
      Auth auth,
      String purpose) {

    /** A listener in clear text, where everybody speaks for himself and nobody logs in. */
    public Listener(
        String name,
        InetSocketAddress address,
        Optional<HostList> onlyFrom,
        HostList trust,
        String purpose) {
      this(name, address, onlyFrom, trust, FrontEnds.NONE, Optional.empty(), Auth.NEVER, purpose);
    }
  }

  /** Whether people log in on a listener (RFC 4954); only ever in TLS. */
  public enum Auth {
    NEVER,
    /** Who wants to. Others are served as on any listener. */
    OFFERED,
    /** Nobody sends a mail before. */
    REQUIRED
  }

  /** Whether a pool offers TLS to the servers it talks to. */
  public enum Tls {
    /** STARTTLS where the server offers it (RFC 3207); in clear text where not. */
    OPPORTUNISTIC,
    /** Never, as the seed's hosts_avoid_tls. */
    NEVER
  }

  /**
   * A set of source addresses with their habits.
   *
   * @param sources the addresses that connections leave from, used in turn; at least one. Where
   *     some have a greater share than others, they are there more often
   * @param helo what it calls itself
   * @param dkim the keys that its mail is signed with
   * @param schedule its own; empty: the site's
   */
  public record Pool(
      String name,
      List<InetAddress> sources,
      String helo,
      Tls tls,
      List<SigningKey> dkim,
      Optional<Schedule> schedule) {

    public Pool {
      sources = List.copyOf(sources);
      dkim = List.copyOf(dkim);
    }

    /** A pool of one address that signs nothing. */
    public Pool(String name, InetAddress source, String helo, Tls tls) {
      this(name, List.of(source), helo, tls, List.of(), Optional.empty());
    }
  }

  /** When mail of this pool is tried again. */
  public Schedule schedule(Pool pool) {
    return pool.schedule().orElse(schedule);
  }
}
