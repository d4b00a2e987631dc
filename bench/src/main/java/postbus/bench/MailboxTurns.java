package postbus.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends mails to a server over kept sessions, to all of its mailboxes in turn, and waits until they
 * are there, each of them once: else the turn fails.
 */
final class MailboxTurns {
  private static final Duration ARRIVE_WAIT = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** For a mail that is doubled to come, and for the server to finish its work. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private final int octets;
  private final int sessions;

  /** Of the next mail, so that each one of the measurement has another. */
  private final AtomicInteger number = new AtomicInteger();

  MailboxTurns(int octets, int sessions) {
    this.octets = octets;
    this.sessions = sessions;
  }

  /**
   * @param helper whose CPU counts too, if any
   */
  Turn run(Relay relay, Mailboxes mailboxes, Optional<ProcessGroup> helper, int mails)
      throws IOException {
    List<ProcessGroup> groups = new ArrayList<>(List.of(relay.processes()));
    helper.ifPresent(groups::add);
    int before = mailboxes.count();
    Duration cpu = cpu(groups);
    Instant begun = Instant.now();
    send(relay.port(Way.SUBMISSION), mails);
    double accepting = seconds(begun, Instant.now());
    if (!Waits.until(ARRIVE_WAIT, () -> count(mailboxes) - before >= mails)) {
      throw new Unmeasured(
          "%s: of %,d mails %,d arrived%n%s"
              .formatted(relay.name(), mails, count(mailboxes) - before, relay.said()));
    }
    double all = seconds(begun, mailboxes.last());
    Waits.pause(QUIET);
    check(relay, mails, mailboxes.count() - before);
    double millis = cpu(groups).minus(cpu).toNanos() / 1e6 / mails;
    return new Turn(mails, mails / accepting, mails / all, millis, memory(groups));
  }

  private void send(int port, int mails) {
    AtomicInteger left = new AtomicInteger(mails);
    Callable<Void> session =
        () -> {
          try (LoadSession to = new LoadSession(port)) {
            while (left.getAndDecrement() > 0) {
              int next = number.getAndIncrement();
              to.send(next % Mailboxes.COUNT, Mailboxes.text(next, octets));
            }
          }
          return null;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        all.add(threads.submit(session));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new Unmeasured("not all mails were accepted: " + e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int count(Mailboxes mailboxes) {
    Waits.pause(LOOK_EVERY);
    try {
      return mailboxes.count();
    } catch (IOException e) {
      throw new Unmeasured("cannot look into the mailboxes: " + e);
    }
  }

  private static void check(Relay relay, int mails, int arrived) {
    if (arrived != mails) {
      throw new Unmeasured(
          "%s: of %,d mails %,d arrived (lost or doubled)%n%s"
              .formatted(relay.name(), mails, arrived, relay.said()));
    }
  }

  /** One that was lost and one that was doubled cannot hide each other. */
  static void tellApart(Mailboxes mailboxes) throws IOException {
    List<Integer> numbers = mailboxes.numbers();
    if (new HashSet<>(numbers).size() != numbers.size()) {
      throw new Unmeasured("a mail is there twice: " + mailboxes.root());
    }
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }

  private static Duration cpu(List<ProcessGroup> groups) {
    return groups.stream()
        .map(group -> group.cpu().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static double memory(List<ProcessGroup> groups) {
    return groups.stream().mapToLong(ProcessGroup::memoryKibibytes).sum() / 1024.0;
  }
}
