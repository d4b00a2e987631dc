package postbus.ingress;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import postbus.log.Alarm;
import postbus.mail.EmailAddress;
import postbus.process.TokenBuckets;

/**
 * Counts the recipients that each account names, in this process: so many an hour and no more, as
 * an account that was stolen sends masses. Whoever exceeds that raises an alarm, once an hour. Safe
 * for all threads.
 */
final class AccountRates {
  private static final Logger LOG = Logger.getLogger(AccountRates.class);
  private static final Duration HOUR = Duration.ofHours(1);

  private final int perHour;
  private final TokenBuckets<String> recipients;
  private final TokenBuckets<String> alarms;

  AccountRates(int perHour, LongSupplier nanoClock) {
    this.perHour = perHour;
    this.recipients = new TokenBuckets<>(perHour, HOUR, nanoClock);
    this.alarms = new TokenBuckets<>(1, HOUR, nanoClock);
  }

  /** Whether the account may name one more. */
  boolean take(String account) {
    String key = EmailAddress.lowerCase(account);
    boolean may = recipients.take(key);
    if (!may && alarms.take(key)) {
      Alarm.ACCOUNT_TOO_BUSY.raise(
          LOG,
          "%s named more than %d recipients in an hour, and may be in the hands of a stranger",
          account,
          perHour);
    }
    return may;
  }
}
