package postbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import postbus.log.Bounces;
import postbus.log.Bounces.Failure;
import postbus.log.FollowUp;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.mail.Cause;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Outcome.Delivered;
import postbus.mail.Recipient;
import postbus.site.Schedule;
import postbus.smtp.Sent.Result;

/**
 * Decides what follows from an attempt: for who has the mail, an event; for who may get it later, a
 * retry by the schedule, for them alone; for who never will, or whose time is over, a bounce. All
 * of it is one follow-up, so that a crash repeats all of the attempt or none.
 */
final class Conclusion {
  static final String SERVICE = "delivery-service";

  /**
   * A part of the delay that is taken off by chance, so that mails deferred together part again.
   */
  static final double JITTER = 0.1;

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

  /** The whole mail shares one outcome. */
  static List<Result> forAll(Mail mail, Outcome outcome) {
    return mail.envelope().recipients().stream().map(to -> new Result(to, outcome)).toList();
  }

  /** What follows from these results, one for each recipient of the mail. */
  FollowUp of(Taken taken, List<Result> results, Instant now) {
    Map<Cause, List<Recipient>> delivered = new LinkedHashMap<>();
    Map<Cause, List<Recipient>> deferred = new LinkedHashMap<>();
    List<Failure> failures = new ArrayList<>();
    Envelope envelope = taken.mail().envelope();
    Instant expiry = envelope.receivedAt().plus(schedule.lifetime());
    for (Result result : results) {
      Recipient recipient = result.recipient();
      switch (result.outcome()) {
        case Delivered(Cause by) -> add(delivered, by, recipient);
        case Bounced(var _, Cause cause) -> failures.add(new Failure(recipient, cause));
        case Deferred(var _, Cause cause) when now.isBefore(expiry) ->
            add(deferred, cause, recipient);
        case Deferred(var _, Cause cause) -> failures.add(new Failure(recipient, cause));
      }
    }
    FollowUp followUp = taken.followUp();
    tell(followUp, What.DELIVERED, envelope, delivered, " from " + source);
    if (!deferred.isEmpty()) {
      retry(followUp, taken, deferred, now, expiry);
    }
    return failures.isEmpty() ? followUp : bounces.fail(followUp, taken.mail(), failures);
  }

  private void retry(
      FollowUp followUp,
      Taken taken,
      Map<Cause, List<Recipient>> deferred,
      Instant now,
      Instant expiry) {
    Mail mail = taken.mail();
    List<Recipient> recipients = deferred.values().stream().flatMap(List::stream).toList();
    Envelope again = mail.envelope().to(recipients).attempted();
    Instant due = due(again.attempts(), now, expiry);
    followUp.retry(taken.topic(), taken.key(), new Mail(again, mail.content()), due);
    String when = ", again at " + due.truncatedTo(ChronoUnit.SECONDS);
    tell(followUp, What.DEFERRED, mail.envelope(), deferred, when);
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
