package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.Cause;
import postbus.mail.Envelope;
import postbus.mail.Outcome;
import postbus.mail.ReversePath;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;

/** What a mailbox over quota comes to, whichever program says so. */
class OverQuotaTest {
  private static final Duration LIFETIME = Duration.ofDays(1);

  private final OverQuota overQuota = new OverQuota(LIFETIME);
  private final Envelope envelope = MailboxRig.envelope(ReversePath.of("jimbo@example.org"));
  private final Instant arrival = envelope.receivedAt();

  @ParameterizedTest
  @CsvSource({"452 4.2.2 Quota exceeded", "552 5.2.2 Quota exceeded (mailbox for user is full)"})
  void theMailIsKeptForAWhileAndThenGoesBackAs522(String line) {
    Outcome said = said(line);

    assertThat(judge(said, arrival.plus(LIFETIME))).isInstanceOf(Outcome.Deferred.class);
    Outcome end = judge(said, arrival.plus(LIFETIME).plusSeconds(1));
    assertThat(end).isInstanceOf(Outcome.Bounced.class);
    assertThat(end.why().reply().toString()).startsWith("552 5.2.2 Quota exceeded");
    assertThat(end.why().remote()).isEqualTo("127.0.0.1:24");
  }

  @ParameterizedTest
  @CsvSource({
    "250 2.0.0 saved",
    "451 4.2.0 busy",
    "550 5.1.1 no such user",
    "552 5.2.3 too large",
    "452 4.3.1 no space",
    "552 too large",
    "450 4.4.2 time"
  })
  void allElseStaysAsItIs(String line) {
    Outcome said = said(line);

    assertThat(judge(said, arrival)).isEqualTo(said);
    assertThat(judge(said, arrival.plus(LIFETIME.multipliedBy(2)))).isEqualTo(said);
  }

  private Outcome judge(Outcome outcome, Instant now) {
    return overQuota.judge(outcome, envelope, now);
  }

  private static Outcome said(String line) {
    SmtpReply reply = SmtpReply.parse(line).orElseThrow();
    Cause cause = new Cause("DATA", reply, "127.0.0.1:24");
    return reply.isPositive()
        ? new Outcome.Delivered(cause)
        : reply.isTransient()
            ? new Outcome.Deferred(Scope.RECIPIENT, cause)
            : new Outcome.Bounced(Scope.RECIPIENT, cause);
  }
}
