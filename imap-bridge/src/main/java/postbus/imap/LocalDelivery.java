package postbus.imap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import postbus.log.Bounces;
import postbus.log.Bounces.Success;
import postbus.log.Bounces.Told;
import postbus.log.FollowUp;
import postbus.log.Mail;
import postbus.log.StageWork;
import postbus.log.Taken;
import postbus.log.Topics;
import postbus.mail.Cause;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.NextHop;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.mail.Scope;
import postbus.site.Schedule;

/**
 * Delivers one mail to its mailboxes, or to the command that its alias names, and says what
 * follows: delivered, tried again by the schedule, or failed for good, also because its lifetime is
 * over.
 *
 * <p>Each mail has a virtual thread of its own; {@link Places} bounds how many write at the same
 * time. A mail for a mailbox that has no place for too long is tried again later. The writing
 * itself is done on platform threads: a file system that hangs would keep a virtual thread's
 * carrier, and with a few of those the whole process would stand still.
 */
final class LocalDelivery implements StageWork {
  private static final Outcome BUSY =
      new Outcome.Deferred(
          Scope.RECIPIENT, Cause.ours("WRITE", 450, "4.2.0", "the mailbox is busy"));

  /** What senders are told, who need not know of our folders and commands. */
  private static final Cause DELIVERED = Cause.ours("WRITE", 250, "2.0.0", "delivered");

  /** Threads that are made when needed, at most as many as there are places. */
  private final ExecutorService disk =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("mailbox-", 0).factory());

  private final Mailboxes mailboxes;
  private final PipeDelivery pipes;
  private final Bounces bounces;
  private final Schedule schedule;
  private final OverQuota overQuota;
  private final Places places;

  /** What became of a mail, recipient by recipient. */
  private record Outcomes(
      List<Told> delivered, List<Recipient> deferred, List<Cause> whyDeferred, List<Told> failed) {
    Outcomes() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  LocalDelivery(
      Mailboxes mailboxes,
      PipeDelivery pipes,
      Bounces bounces,
      Schedule schedule,
      OverQuota overQuota,
      Places places) {
    this.mailboxes = mailboxes;
    this.pipes = pipes;
    this.bounces = bounces;
    this.schedule = schedule;
    this.overQuota = overQuota;
    this.places = places;
  }

  @Override
  public void take(Taken taken) {
    Thread.ofVirtual().name("local-" + taken.key()).start(() -> work(taken));
  }

  private void work(Taken taken) {
    Optional<FollowUp> followUp;
    try {
      followUp = deliver(taken);
    } catch (RuntimeException | Error e) {
      taken.fail(e);
      return;
    }
    if (followUp.isEmpty()) {
      taken.abandon();
      return;
    }
    var _ = taken.finish(followUp.get());
  }

  /** Empty if the mail now belongs to another owner. */
  private Optional<FollowUp> deliver(Taken taken) {
    Mail mail = taken.mail();
    FollowUp followUp = taken.followUp();
    Outcomes outcomes = new Outcomes();
    for (Recipient recipient : mail.envelope().recipients()) {
      Optional<Outcome> outcome =
          attempt(taken, recipient)
              .map(found -> overQuota.judge(found, mail.envelope(), Instant.now()));
      if (outcome.isEmpty()) {
        return Optional.empty();
      }
      switch (outcome.get()) {
        case Outcome.Delivered(Cause by, boolean _) -> {
          followUp.event(
              event(What.DELIVERED, mail.envelope(), List.of(recipient), by.reply().text()));
          outcomes.delivered.add(new Told(recipient, DELIVERED));
        }
        case Outcome.Deferred(var _, Cause cause) when isOver(mail.envelope()) ->
            outcomes.failed.add(new Told(recipient, cause));
        case Outcome.Deferred(var _, Cause cause) -> {
          outcomes.deferred.add(recipient);
          outcomes.whyDeferred.add(cause);
        }
        case Outcome.Bounced(var _, Cause cause) -> outcomes.failed.add(new Told(recipient, cause));
      }
    }
    return Optional.of(conclude(followUp, taken.key(), mail, outcomes));
  }

  /** Empty if the mail now belongs to another owner. */
  private Optional<Outcome> attempt(Taken taken, Recipient recipient) {
    Optional<Route> route = taken.mail().envelope().route();
    return route.isPresent() && route.get().nextHop() instanceof NextHop.Pipe(String command)
        ? pipes.deliver(taken.mail(), recipient, command, taken::passPointOfNoReturn)
        : write(taken, recipient);
  }

  private Optional<Outcome> write(Taken taken, Recipient recipient) {
    Optional<Places.Place> place = places.enter(recipient.address());
    if (place.isEmpty()) {
      return Optional.of(BUSY);
    }
    try (var _ = place.get()) {
      return CompletableFuture.supplyAsync(
              () -> mailboxes.deliver(taken.mail(), recipient, taken::passPointOfNoReturn), disk)
          .join();
    }
  }

  private FollowUp conclude(FollowUp followUp, String key, Mail mail, Outcomes outcomes) {
    if (!outcomes.deferred.isEmpty()) {
      Envelope later = mail.envelope().to(outcomes.deferred).attempted();
      Instant due = Instant.now().plus(schedule.after(later.attempts()));
      String why = outcomes.whyDeferred.getFirst().reply().toString();
      followUp
          .retry(Topics.LOCAL, key, new Mail(later, mail.content()), due)
          .event(event(What.DEFERRED, later, later.recipients(), why));
    }
    bounces.succeed(followUp, mail, Success.DELIVERED, outcomes.delivered);
    return outcomes.failed.isEmpty() ? followUp : bounces.fail(followUp, mail, outcomes.failed);
  }

  private boolean isOver(Envelope envelope) {
    return Instant.now().isAfter(envelope.receivedAt().plus(schedule.lifetime()));
  }

  private static Event event(
      What what, Envelope envelope, List<Recipient> recipients, String detail) {
    return Event.now(BridgeStage.SERVICE, what, envelope, recipients, detail);
  }
}
