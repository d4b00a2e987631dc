package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import postbus.delivery.HandTaken.Recorded;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Cause;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Event.What;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters;
import postbus.mail.RecipientParameters.Notify;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;
import postbus.site.Schedule;
import postbus.smtp.Sent.Result;

class ConclusionTest {
  private static final Recipient GOOD = to("good@x.org");
  private static final Recipient BUSY = to("busy@x.org");
  private static final Recipient GONE = to("gone@x.org");
  private static final Cause TAKEN = cause(250, "2.0.0", "Queued");
  private static final Cause LATER = cause(450, "4.2.0", "Busy");
  private static final Cause NEVER = cause(550, "5.1.1", "No such user");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Schedule SCHEDULE =
      new Schedule(List.of(Duration.ofMinutes(1), Duration.ofHours(4)), Duration.ofDays(5));

  private final Conclusion conclusion =
      new Conclusion(
          SCHEDULE,
          new Bounces(
              "delivery-service",
              "mx.example.org",
              mail -> new ByteArrayInputStream(mail.content())),
          "127.0.0.2",
          new Random(1));

  @Test
  void whoHasTheMailHasAnEvent() {
    HandTaken taken = taken("s@x.org", 0);
    Recorded follows = conclude(taken, 0, new Result(GOOD, new Outcome.Delivered(TAKEN)));
    assertThat(follows.story()).containsExactly(What.DELIVERED);
    assertThat(follows.events.getFirst().detail())
        .isEqualTo("250 2.0.0 Queued (mx.x.org[192.0.2.1]:25) from 127.0.0.2");
    assertThat(follows.retries).isEmpty();
    assertThat(follows.mails).isEmpty();
  }

  @Test
  void whoAskedToHearOfSuccessIsToldWhereTheNextServerTellsNothing() {
    RecipientParameters success = new RecipientParameters(Set.of(Notify.SUCCESS), "");
    Recipient asking = new Recipient(GOOD.address(), GOOD.original(), success);
    HandTaken taken = taken("s@x.org", 0);
    Recorded follows = conclude(taken, 0, new Result(asking, new Outcome.Delivered(TAKEN)));
    assertThat(follows.story()).containsExactly(What.DELIVERED, What.BOUNCE_WRITTEN);
    assertThat(new String(follows.mails.getFirst().mail().content(), StandardCharsets.US_ASCII))
        .contains("Action: relayed\r\n");
    Recorded passedOn =
        conclude(taken("s@x.org", 0), 0, new Result(asking, new Outcome.Delivered(TAKEN, true)));
    assertThat(passedOn.story()).containsExactly(What.DELIVERED);
  }

  @Test
  void eachRecipientGetsWhatItsOutcomeAsksFor() {
    HandTaken taken = taken("s@x.org", 0);
    Recorded follows =
        conclude(
            taken,
            0,
            new Result(GOOD, new Outcome.Delivered(TAKEN)),
            new Result(BUSY, new Outcome.Deferred(Scope.RECIPIENT, LATER)),
            new Result(GONE, new Outcome.Bounced(Scope.RECIPIENT, NEVER)));
    assertThat(follows.story())
        .containsExactly(What.DELIVERED, What.DEFERRED, What.BOUNCED, What.BOUNCE_WRITTEN);
    var retry = follows.retries.getFirst();
    assertThat(retry.topic()).isEqualTo("delivery.bulk.shared");
    assertThat(retry.key()).isEqualTo("x.org");
    assertThat(retry.mail().envelope().recipients()).containsExactly(BUSY);
    assertThat(retry.mail().envelope().attempts()).isEqualTo(1);
    var bounce = follows.mails.getFirst();
    assertThat(bounce.topic()).isEqualTo(Topics.REINJECTED);
    assertThat(bounce.mail().envelope().reversePath()).isEqualTo(new ReversePath.Null());
    assertThat(bounce.mail().envelope().recipients()).containsExactly(to("s@x.org"));
  }

  @Test
  void theWaitFollowsTheScheduleWithSomeChance() {
    for (int attempts = 0; attempts < 5; attempts++) {
      HandTaken taken = taken("s@x.org", attempts);
      Instant now = taken.mail().envelope().receivedAt().plus(Duration.ofHours(1));
      Recorded follows = conclude(taken, 3600, deferred());
      Duration delay = SCHEDULE.after(attempts + 1);
      assertThat(Duration.between(now, follows.retries.getFirst().due()))
          .isBetween(delay.minus(delay.dividedBy(10)), delay);
    }
  }

  @Test
  void theLastAttemptComesWhenTheTimeIsOver() {
    HandTaken taken = taken("s@x.org", 9);
    Duration lifetime = SCHEDULE.lifetime();
    Recorded follows = conclude(taken, lifetime.toSeconds() - 60, deferred());
    assertThat(follows.retries.getFirst().due())
        .isEqualTo(taken.mail().envelope().receivedAt().plus(lifetime));
  }

  @Test
  void whatIsDeferredAfterItsTimeIsBouncedWithTheLastReply() {
    HandTaken taken = taken("s@x.org", 9);
    Recorded follows = conclude(taken, SCHEDULE.lifetime().toSeconds(), deferred());
    assertThat(follows.retries).isEmpty();
    assertThat(follows.story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
    assertThat(new String(follows.mails.getFirst().mail().content(), StandardCharsets.US_ASCII))
        .contains("Status: 5.2.0\r\n", "Diagnostic-Code: smtp; 450 4.2.0 Busy\r\n");
  }

  @Test
  void aMailWhoseContentCannotBeReadWaitsWithoutAnAttemptAlsoWhenItsTimeIsOver() {
    HandTaken taken = taken("s@x.org", 2);
    Recorded follows =
        conclude(
            taken,
            SCHEDULE.lifetime().plus(DAY).toSeconds(),
            new Result(GOOD, new Outcome.Delivered(TAKEN)),
            new Result(BUSY, Outcome.unread("DATA")),
            new Result(GONE, new Outcome.Bounced(Scope.RECIPIENT, NEVER)));
    assertThat(follows.story())
        .containsExactly(What.DELIVERED, What.DEFERRED, What.BOUNCED, What.BOUNCE_WRITTEN);
    HandTaken.Recorded.Retry retry = follows.retries.getFirst();
    assertThat(retry.mail().envelope().recipients()).containsExactly(BUSY);
    assertThat(retry.mail().envelope().attempts()).isEqualTo(2);
    Instant now = taken.mail().envelope().receivedAt().plus(SCHEDULE.lifetime()).plus(DAY);
    assertThat(retry.due()).isEqualTo(now.plus(SCHEDULE.storeWait()));
  }

  @Test
  void aBounceThatBouncesIsADeadLetter() {
    HandTaken taken = taken("", 0);
    Recorded follows = conclude(taken, 0, new Result(GONE, new Outcome.Bounced(Scope.MAIL, NEVER)));
    assertThat(follows.story()).containsExactly(What.DEAD_LETTERED);
    assertThat(follows.mails).isEmpty();
    assertThat(follows.deadLetters.getFirst().mail().envelope().recipients()).containsExactly(GONE);
  }

  private Recorded conclude(HandTaken taken, long ageSeconds, Result... results) {
    Instant now = taken.mail().envelope().receivedAt().plusSeconds(ageSeconds);
    return (Recorded) conclusion.of(taken, List.of(results), now);
  }

  private static Result deferred() {
    return new Result(BUSY, new Outcome.Deferred(Scope.SITE, LATER));
  }

  private static HandTaken taken(String sender, int attempts) {
    byte[] content = "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
    Envelope envelope =
        Envelope.begin(
                MailId.next(),
                ReversePath.of(sender),
                List.of(GOOD, BUSY, GONE),
                new Client("127.0.9.1", "client", "mx", false),
                Body.of(content.length))
            .via(new Route("bulk", "x.org", new NextHop.Exchangers("x.org")));
    for (int i = 0; i < attempts; i++) {
      envelope = envelope.attempted();
    }
    return new HandTaken(new Mail(envelope, content), "delivery.bulk.shared");
  }

  private static Recipient to(String address) {
    return Recipient.of(EmailAddress.of(address));
  }

  private static Cause cause(int code, String status, String text) {
    return new Cause(".", SmtpReply.of(code, status, text), "mx.x.org[192.0.2.1]:25");
  }
}
