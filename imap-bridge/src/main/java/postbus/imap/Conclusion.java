package postbus.imap;

import static java.util.Comparator.naturalOrder;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import postbus.imap.MailboxWay.Tried;
import postbus.log.Bounces;
import postbus.log.Bounces.Success;
import postbus.log.Bounces.Told;
import postbus.log.FollowUp;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.log.Topics;
import postbus.mail.Cause;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.Scope;
import postbus.site.Schedule;

/**
 * What follows from an attempt: for each recipient, that the mail is delivered, is tried again by
 * the schedule or when its mailbox has room for it, or has failed for good, also because its
 * lifetime is over.
 */
final class Conclusion {
  /** What senders are told, who need not know of our folders and commands. */
  private static final Cause DELIVERED = Cause.ours("WRITE", 250, "2.0.0", "delivered");

  private final Bounces bounces;
  private final Schedule schedule;
  private final OverQuota overQuota;

  Conclusion(Bounces bounces, Schedule schedule, OverQuota overQuota) {
    this.bounces = bounces;
    this.schedule = schedule;
    this.overQuota = overQuota;
  }

  /**
   * While a content cannot be read it waits without an attempt, also when the mail's time is over.
   *
   * @param parts recipients who come to the same topic anew, with a record for each of these lists
   */
  FollowUp of(Taken taken, List<Tried> tried, List<List<Recipient>> parts) {
    Mail mail = taken.mail();
    FollowUp followUp = taken.followUp();
    List<Told> delivered = new ArrayList<>();
    List<Told> deferred = new ArrayList<>();
    String said = "";
    List<Tried> aside = new ArrayList<>();
    List<Told> failed = new ArrayList<>();
    for (Tried each : tried) {
      Recipient recipient = each.recipient();
      switch (overQuota.judge(each.outcome(), mail.envelope(), Instant.now())) {
        case Outcome.Delivered(Cause by, boolean _) -> {
          String where = by.reply().text();
          followUp.event(event(What.DELIVERED, mail.envelope(), List.of(recipient), where));
          delivered.add(new Told(recipient, DELIVERED));
        }
        case Outcome.Deferred(Scope scope, Cause _) when scope == Scope.STORE ->
            aside.add(each.until(Instant.now().plus(schedule.storeWait())));
        case Outcome.Deferred(var _, Cause cause) when isOver(mail.envelope()) ->
            failed.add(new Told(recipient, cause));
        case Outcome.Deferred _ when each.aside().isPresent() -> aside.add(each);
        case Outcome.Deferred(var _, Cause cause) -> {
          said = deferred.isEmpty() ? each.said() : said;
          deferred.add(new Told(recipient, cause));
        }
        case Outcome.Bounced(var _, Cause cause) -> failed.add(new Told(recipient, cause));
      }
    }
    parts.forEach(recipients -> followUp.mail(taken.topic(), taken.key(), part(mail, recipients)));
    defer(followUp, taken.key(), mail, deferred, said);
    stepAside(followUp, taken.key(), mail, aside);
    bounces.succeed(followUp, mail, Success.DELIVERED, delivered);
    return failed.isEmpty() ? followUp : bounces.fail(followUp, mail, failed);
  }

  private void defer(FollowUp followUp, String key, Mail mail, List<Told> deferred, String said) {
    if (!deferred.isEmpty()) {
      Mail part = part(mail, deferred.stream().map(Told::recipient).toList());
      Envelope later = part.envelope().attempted();
      Instant due = Instant.now().plus(schedule.after(later.attempts()));
      String why = deferred.getFirst().cause().reply() + (said.isEmpty() ? "" : ": " + said);
      followUp
          .retry(Topics.LOCAL, key, new Mail(later, mail.content()), due)
          .event(event(What.DEFERRED, later, later.recipients(), why));
    }
  }

  /** They were not tried, and wait as they are until the last of them has its turn. */
  private static void stepAside(FollowUp followUp, String key, Mail mail, List<Tried> aside) {
    if (!aside.isEmpty()) {
      Instant turn =
          aside.stream().flatMap(each -> each.aside().stream()).max(naturalOrder()).orElseThrow();
      Mail part = part(mail, aside.stream().map(Tried::recipient).toList());
      String why = aside.getFirst().outcome().why().reply().toString();
      followUp
          .retry(Topics.LOCAL, key, part, turn)
          .event(event(What.DEFERRED, part.envelope(), part.envelope().recipients(), why));
    }
  }

  private static Mail part(Mail mail, List<Recipient> recipients) {
    return new Mail(mail.envelope().to(recipients), mail.content());
  }

  private boolean isOver(Envelope envelope) {
    return Instant.now().isAfter(envelope.receivedAt().plus(schedule.lifetime()));
  }

  private static Event event(
      What what, Envelope envelope, List<Recipient> recipients, String detail) {
    return Event.now(BridgeStage.SERVICE, what, envelope, recipients, detail);
  }
}
