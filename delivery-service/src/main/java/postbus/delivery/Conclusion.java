package postbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import postbus.log.Bounces;
import postbus.log.Bounces.Success;
import postbus.log.Bounces.Told;
import postbus.log.FollowUp;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.mail.Attempt;
import postbus.mail.Cause;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Outcome.Delivered;
import postbus.mail.Recipient;
import postbus.mail.Scope;
import postbus.site.Schedule;
import postbus.smtp.Sent.Result;

/**
 * Decides what follows from an attempt: for who has the mail, an event; for who may get it later, a
 * retry by the schedule, for them alone; for who never will, or whose time is over, a bounce; and a
 * notice where the next server would not tell of the success that its sender asked about. While a
 * mail's content cannot be read, it waits without an attempt, also when its time is over. All of it
 * is one follow-up, so that a crash repeats all of the attempt or none.
 */
final class Conclusion {
  static final String SERVICE = "delivery-service";

  /**
   * A part of the delay that is taken off by chance, so that mails deferred together part again.
   */
  static final double JITTER = 0.1;

  /** Characters of a reply that a mail's history keeps. */
  private static final int REPLY_MAX = 300;

  private final Schedule schedule;
  private final Bounces bounces;
  private final String source;
  private final RandomGenerator random;

  /**
   * @param source the pool's address, for the story of a mail
   */
  Conclusion(Schedule schedule, Bounces bounces, String source, RandomGenerator random) {
    this.schedule = schedule;
    this.bounces = bounces;
    this.source = source;
    this.random = random;
  }

  /** The longest wait between two attempts. */
  Duration longestDelay() {
    return schedule.delays().getLast();
  }

  /** Whether the mail's sender is to be told that it is late, or that its time is over. */
  boolean isToBeTold(Envelope envelope, Instant now) {
    return isLate(envelope, now) || !now.isBefore(envelope.receivedAt().plus(schedule.lifetime()));
  }

  private boolean isLate(Envelope envelope, Instant now) {
    Optional<Duration> notice = schedule.delayNotice();
    return !envelope.delayTold()
        && notice.isPresent()
        && !now.isBefore(envelope.receivedAt().plus(notice.get()));
  }

  /** The whole mail shares one outcome. */
  static List<Result> forAll(Mail mail, Outcome outcome) {
    return mail.envelope().recipients().stream().map(to -> new Result(to, outcome)).toList();
  }

  /** What follows from these results, one for each recipient of the mail. */
  FollowUp of(Taken taken, List<Result> results, Instant now) {
    Map<Cause, List<Recipient>> delivered = new LinkedHashMap<>();
    Map<Cause, List<Recipient>> deferred = new LinkedHashMap<>();
    List<Told> unread = new ArrayList<>();
    List<Told> relayed = new ArrayList<>();
    List<Told> failures = new ArrayList<>();
    Envelope envelope = taken.mail().envelope();
    Instant expiry = envelope.receivedAt().plus(schedule.lifetime());
    for (Result result : results) {
      Recipient recipient = result.recipient();
      switch (result.outcome()) {
        case Delivered(Cause by, boolean isDsnPassedOn) -> {
          add(delivered, by, recipient);
          if (!isDsnPassedOn) {
            relayed.add(new Told(recipient, by));
          }
        }
        case Bounced(var _, Cause cause) -> failures.add(new Told(recipient, cause));
        case Deferred(Scope scope, Cause cause) when scope == Scope.STORE ->
            unread.add(new Told(recipient, cause));
        case Deferred(var _, Cause cause) when now.isBefore(expiry) ->
            add(deferred, cause, recipient);
        case Deferred(var _, Cause cause) -> failures.add(new Told(recipient, cause));
      }
    }
    FollowUp followUp = taken.followUp();
    tell(followUp, What.DELIVERED, envelope, delivered, " from " + source);
    bounces.succeed(followUp, taken.mail(), Success.RELAYED, relayed);
    if (!deferred.isEmpty()) {
      retry(followUp, taken, deferred, now, expiry);
    }
    if (!unread.isEmpty()) {
      aside(followUp, taken, unread, now, now.plus(schedule.storeWait()));
    }
    return failures.isEmpty() ? followUp : bounces.fail(followUp, taken.mail(), failures);
  }

  /**
   * A mail that is not tried now, since its site has no room for it: it waits until its turn, as it
   * is; at the end of its lifetime it goes back like one that was tried.
   *
   * @param why what the site said last, or our own words
   */
  FollowUp aside(Taken taken, Cause why, Instant now, Instant turn) {
    Mail mail = taken.mail();
    Envelope envelope = mail.envelope();
    Instant expiry = envelope.receivedAt().plus(schedule.lifetime());
    if (!now.isBefore(expiry)) {
      return of(taken, forAll(mail, new Deferred(Scope.SITE, why)), now);
    }
    Instant due = turn.isAfter(expiry) ? expiry : turn;
    return aside(taken.followUp(), taken, failed(envelope.recipients(), why), now, due);
  }

  /** These recipients, who share a cause, wait until then; no attempt is counted. */
  private FollowUp aside(
      FollowUp followUp, Taken taken, List<Told> waiting, Instant now, Instant due) {
    Mail mail = taken.mail();
    List<Recipient> recipients = waiting.stream().map(Told::recipient).toList();
    Envelope later = late(followUp, mail, mail.envelope().to(recipients), waiting, now);
    followUp.retry(taken.topic(), taken.key(), new Mail(later, mail.content()), due);
    Cause why = waiting.getFirst().cause();
    tell(followUp, What.DEFERRED, mail.envelope(), Map.of(why, recipients), again(due));
    return followUp;
  }

  /** A mail that an operator returns to its sender. */
  FollowUp returned(Taken taken, String why) {
    String text = "returned by an operator" + (why.isEmpty() ? "" : ": " + why);
    Cause cause = Cause.ours("ORDER", 550, "5.7.0", text);
    Mail mail = taken.mail();
    return bounces.fail(taken.followUp(), mail, failed(mail.envelope().recipients(), cause));
  }

  private void retry(
      FollowUp followUp,
      Taken taken,
      Map<Cause, List<Recipient>> deferred,
      Instant now,
      Instant expiry) {
    Mail mail = taken.mail();
    List<Told> waiting = new ArrayList<>();
    deferred.forEach((cause, recipients) -> waiting.addAll(failed(recipients, cause)));
    Cause last = waiting.getLast().cause();
    Envelope again =
        mail.envelope()
            .to(waiting.stream().map(Told::recipient).toList())
            .attempted(new Attempt(now, shortened(last.reply().toString()), last.remote()));
    again = late(followUp, mail, again, waiting, now);
    Instant due = due(again.attempts(), now, expiry);
    followUp.retry(taken.topic(), taken.key(), new Mail(again, mail.content()), due);
    tell(followUp, What.DEFERRED, mail.envelope(), deferred, again(due));
  }

  /** Tells the sender, once, that his mail is late. */
  private Envelope late(
      FollowUp followUp, Mail mail, Envelope envelope, List<Told> waiting, Instant now) {
    if (!isLate(envelope, now)) {
      return envelope;
    }
    bounces.delay(followUp, mail, waiting, envelope.receivedAt().plus(schedule.lifetime()));
    return envelope.toldOfDelay();
  }

  private static List<Told> failed(List<Recipient> recipients, Cause why) {
    return recipients.stream().map(recipient -> new Told(recipient, why)).toList();
  }

  private static String again(Instant due) {
    return ", again at " + due.truncatedTo(ChronoUnit.SECONDS);
  }

  private static String shortened(String reply) {
    return reply.length() <= REPLY_MAX ? reply : reply.substring(0, REPLY_MAX);
  }

  /** The last attempt comes when the mail's time is over, not a whole delay later. */
  private Instant due(int attempts, Instant now, Instant expiry) {
    Duration delay = schedule.after(attempts);
    long jitter = (long) (delay.toMillis() * JITTER * random.nextDouble());
    Instant due = now.plus(delay).minusMillis(jitter);
    return due.isAfter(expiry) ? expiry : due;
  }

  private static void tell(
      FollowUp followUp,
      What what,
      Envelope envelope,
      Map<Cause, List<Recipient>> byCause,
      String suffix) {
    byCause.forEach((cause, recipients) -> {
      String remote = cause.remote().isEmpty() ? "" : " (" + cause.remote() + ")";
      String detail = cause.reply() + remote + suffix;
      followUp.event(Event.now(SERVICE, what, envelope, recipients, detail));
    });
  }

  private static void add(Map<Cause, List<Recipient>> byCause, Cause cause, Recipient recipient) {
    byCause.computeIfAbsent(cause, _ -> new ArrayList<>()).add(recipient);
  }
}
