package postbus.ingress;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import postbus.mail.EmailAddress;
import postbus.site.ClientNetworks;
import postbus.site.HostList.Network;
import postbus.site.LoginRules.Patience;

/**
 * Decides who has guessed passwords for too long, and how long a refusal takes.
 *
 * <p>Counted are the failures of a network with one account, of a network with all accounts
 * together, and of all networks with one account together. The first counts for everybody. The
 * other two count only for a network that was never welcome with that account: so strangers, also
 * many of them together, cannot shut an owner out where he is used to log in from, and a guesser
 * behind the same address as many others shuts out those alone who are new there.
 *
 * <p>Limit: it knows what this process has seen since its start. Safe for all threads.
 */
final class LoginGuard {
  /** How long a network is known as one that an account is used from. */
  static final Duration KNOWN_FOR = Duration.ofDays(30);

  /** Pairs of network and account that are known; of more, the longest unused are forgotten. */
  static final int KNOWN_MAX = 20_000;

  private record Pair(Network network, String account) {}

  private final ClientNetworks clients;
  private final Patience patience;
  private final LongSupplier nanoClock;
  private final FailureBook<Pair> pairs;
  private final FailureBook<Network> networks;
  private final FailureBook<String> accounts;
  private final Map<Pair, Long> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Long> eldest) {
          return size() > KNOWN_MAX;
        }
      };

  LoginGuard(ClientNetworks clients, Patience patience, LongSupplier nanoClock) {
    this.clients = clients;
    this.patience = patience;
    this.nanoClock = nanoClock;
    this.pairs = book(patience.failuresMax());
    this.networks = book(patience.failuresWideMax());
    this.accounts = book(patience.failuresWideMax());
  }

  private <K> FailureBook<K> book(int failuresMax) {
    return new FailureBook<>(failuresMax, patience.window(), patience.lockout(), nanoClock);
  }

  /** Whether it is worth asking if the password is right. */
  synchronized boolean allows(InetAddress client, String name) {
    Pair pair = pair(client, name);
    return !pairs.isLocked(pair)
        && (isKnown(pair)
            || !networks.isLocked(pair.network()) && !accounts.isLocked(pair.account()));
  }

  /** Whether the account was used in this network of late. */
  synchronized boolean knows(InetAddress client, String name) {
    return isKnown(pair(client, name));
  }

  /** The password was right. */
  synchronized void welcomes(InetAddress client, String name) {
    Pair pair = pair(client, name);
    pairs.forget(pair);
    known.put(pair, nanoClock.getAsLong());
  }

  /** It was not. Says who is locked out from this moment on, for the log. */
  synchronized List<String> refuses(InetAddress client, String name) {
    Pair pair = pair(client, name);
    String network = text(pair.network());
    String account = printable(pair.account());
    List<String> lockouts = new ArrayList<>();
    if (pairs.fails(pair)) {
      lockouts.add(network + " from " + account);
    }
    if (networks.fails(pair.network())) {
      lockouts.add(network + " from all accounts that are not used there");
    }
    if (accounts.fails(pair.account())) {
      lockouts.add("all networks that it is not used in from " + account);
    }
    return lockouts;
  }

  /** How long a refusal takes: the same for a wrong password, no such account, and a lockout. */
  synchronized Duration delay(InetAddress client, String name) {
    Pair pair = pair(client, name);
    int failures =
        Math.max(
            pairs.failures(pair),
            Math.max(networks.failures(pair.network()), accounts.failures(pair.account())));
    Duration delay = patience.delay();
    for (int i = 1; i < failures && delay.compareTo(patience.delayMax()) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(patience.delayMax()) < 0 ? delay : patience.delayMax();
  }

  private boolean isKnown(Pair pair) {
    Long since = known.get(pair);
    return since != null && nanoClock.getAsLong() - since < KNOWN_FOR.toNanos();
  }

  private Pair pair(InetAddress client, String name) {
    String account =
        EmailAddress.parse(name).map(EmailAddress::key).orElse(name.toLowerCase(Locale.ROOT));
    return new Pair(clients.of(client), account);
  }

  private static String text(Network network) {
    return network.base().getHostAddress() + "/" + network.bits();
  }

  /** Strangers choose the name: what is not printable ASCII goes into no log. */
  private static String printable(String name) {
    StringBuilder text = new StringBuilder();
    name.chars().limit(100).forEach(c -> text.append(c > ' ' && c <= '~' ? (char) c : '?'));
    return text.toString();
  }
}
