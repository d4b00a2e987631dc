package postbus.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import postbus.dns.Listing;
import postbus.site.BlockList;
import postbus.site.BlockList.Action;
import postbus.site.HostList;

/** A block list whose answers a test decides. */
final class FakeList {
  private final Map<InetAddress, Listing> answers = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile @Nullable CountDownLatch silence;
  private volatile @Nullable Listing always;

  /** Answers this of everybody, whatever else is said. */
  FakeList always(@Nullable Listing listing) {
    always = listing;
    return this;
  }

  FakeList has(String client, String reason) {
    answers.put(InetAddress.ofLiteral(client), new Listing.Listed(List.of("127.0.0.2"), reason));
    return this;
  }

  /** Answers nobody from now on. */
  FakeList fallsSilent() {
    silence = new CountDownLatch(1);
    return this;
  }

  void speaks() {
    CountDownLatch until = silence;
    silence = null;
    if (until != null) {
      until.countDown();
    }
  }

  int asked() {
    return asked.get();
  }

  private Listing ask(InetAddress client) {
    asked.incrementAndGet();
    CountDownLatch until = silence;
    if (until != null) {
      try {
        until.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    Listing all = always;
    return all != null ? all : answers.getOrDefault(client, new Listing.NotListed());
  }

  ClientList as(String name, Action action) {
    return as(rule(name, action, "", Optional.empty()), Duration.ofSeconds(20), System::nanoTime);
  }

  ClientList as(BlockList rule, Duration wait, LongSupplier nanoClock) {
    return new ClientList(rule, this::ask, wait, nanoClock);
  }

  static BlockList rule(String name, Action action, String text, Optional<HostList> exceptions) {
    return new BlockList(
        name,
        name + ".example",
        List.of(BlockList.CODES),
        action,
        text,
        Duration.ofSeconds(2),
        exceptions);
  }
}
