package postbus.delivery;

import java.time.Duration;
import postbus.site.Lending;

/**
 * Whether a site in the shared lane wants a lane of its own for a while: it does if its traffic has
 * been beyond the bound for the set time. Before the wish is uttered, its sessions must have ended,
 * so that no limit is used twice. Pure; the times are milliseconds since 1970.
 */
final class SlotWish {
  /** After a wish that could not be fulfilled. */
  static final Duration AGAIN = Duration.ofMinutes(10);

  /** For the site's sessions to end; else it stays where it is. */
  static final Duration DRAIN_WAIT = Duration.ofSeconds(30);

  private final Lending lending;
  private long since;
  private long mails;
  private long drainsUntil;
  private boolean isAsked;

  SlotWish(Lending lending) {
    this.lending = lending;
  }

  /** One more mail. */
  void count(long now) {
    if (since == 0) {
      since = now;
    }
    mails += now < since ? 0 : 1;
  }

  /** Whether no session of the site may begin a mail. */
  boolean isDraining() {
    return drainsUntil != 0;
  }

  /**
   * Looks at the traffic.
   *
   * @return whether the wish is to be uttered now; true once, until it has {@link #ended}
   */
  boolean isUttered(long now, int sessions) {
    if (!isDraining()) {
      look(now);
    } else if (!isAsked && now > drainsUntil) {
      ended(now);
    }
    boolean isNow = isDraining() && !isAsked && sessions == 0;
    isAsked |= isNow;
    return isNow;
  }

  private void look(long now) {
    long span = now - since;
    if (lending.slots() > 0 && since > 0 && span >= lending.after().toMillis()) {
      boolean exceeds = mails * 60_000 / span > lending.mailsPerMinute();
      drainsUntil = exceeds ? now + DRAIN_WAIT.toMillis() : 0;
      since = now;
      mails = 0;
    }
  }

  /** The wish was fulfilled, or is not to be uttered again for {@link #AGAIN}. */
  void ended(long now) {
    drainsUntil = 0;
    isAsked = false;
    since = now + AGAIN.toMillis();
    mails = 0;
  }
}
