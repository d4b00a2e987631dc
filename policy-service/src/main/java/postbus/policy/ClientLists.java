package postbus.policy;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import postbus.dns.AddressList;
import postbus.dns.DnsSettings;
import postbus.dns.Listing;
import postbus.site.BlockList;
import postbus.site.BlockList.Action;
import postbus.site.Site;

/**
 * All lists that the site looks its clients up in, each client in all of them at the same time. A
 * list that fails is passed over.
 *
 * <p>What they say together is kept for a moment, so that the further recipients of a client ask
 * nobody; simultaneous questions about one client are asked once. Each list keeps its answers for
 * as long as DNS says ({@link AddressList}). Safe for all threads.
 */
final class ClientLists {
  /** For which nobody is asked again about a client. */
  static final Duration KEEP = Duration.ofSeconds(10);

  /** Clients of which that is kept. */
  static final int CLIENTS_MAX = 20_000;

  private final List<ClientList> lists;
  private final boolean marks;
  private final AsyncCache<InetAddress, Listed> clients;

  /** The lists of a site, which have as much time as the router, at most. */
  static ClientLists of(Site site) {
    DnsSettings dns = DnsSettings.of(site);
    Duration most = site.sessions().routerWait();
    List<ClientList> lists = new ArrayList<>();
    for (BlockList rule : site.clients().blockLists()) {
      Duration wait = rule.answerWait().compareTo(most) < 0 ? rule.answerWait() : most;
      boolean withReason =
          rule.text().isEmpty() && rule.action() != Action.MARK && rule.action() != Action.ACCEPT;
      AddressList list = new AddressList(rule, withReason, dns.within(wait));
      lists.add(new ClientList(rule, list::of, wait, System::nanoTime));
    }
    return new ClientLists(lists, Ticker.systemTicker());
  }

  ClientLists(List<ClientList> lists, Ticker clock) {
    this.lists = List.copyOf(lists);
    this.marks = lists.stream().anyMatch(list -> list.rule().action() == Action.MARK);
    this.clients =
        Caffeine.newBuilder()
            .executor(Thread::startVirtualThread)
            .ticker(clock)
            .maximumSize(CLIENTS_MAX)
            .expireAfterWrite(KEEP)
            .buildAsync();
  }

  /** Whether one of them marks mails. */
  boolean mark() {
    return marks;
  }

  List<ClientList> all() {
    return lists;
  }

  /**
   * What the lists say of a client; empty if that is not known within the time. What was asked goes
   * on, for the next question.
   *
   * @param wait if it is zero, what is known now
   */
  Optional<Listed> about(InetAddress client, Duration wait) {
    if (lists.isEmpty()) {
      return Optional.of(Listed.NOWHERE);
    }
    CompletableFuture<Listed> answer = clients.get(client, (some, _) -> ask(some));
    if (wait.isZero()) {
      return answer.isDone() ? Optional.of(answer.join()) : Optional.empty();
    }
    try {
      return Optional.of(answer.get(wait.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a list does not fail but by its answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private CompletableFuture<Listed> ask(InetAddress client) {
    List<ClientList> asked = lists.stream().filter(list -> list.isAskedAbout(client)).toList();
    List<CompletableFuture<Listing>> answers =
        asked.stream().map(list -> list.about(client)).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> together(client, asked, answers));
  }

  private static Listed together(
      InetAddress client, List<ClientList> asked, List<CompletableFuture<Listing>> answers) {
    List<Listed.Entry> entries = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (answers.get(i).join() instanceof Listing.Listed listing) {
        entries.add(new Listed.Entry(asked.get(i).rule(), listing));
      }
    }
    return Listed.of(client, entries);
  }
}
