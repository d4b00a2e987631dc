package postbus.log;

import java.time.Duration;

/** The names of the topics (DESIGN: the picture). */
public final class Topics {
  /** Questions to policy; the client still owns the mail. */
  public static final String RECEIVED = "mail.received";

  /** Policy's answers. */
  public static final String VERDICTS = "mail.verdicts";

  /** Mails that got their 250. */
  public static final String ACCEPTED = "mail.accepted";

  /** Mails that got their 250 before a verdict came. */
  public static final String UNJUDGED = "mail.unjudged";

  /** Bounces, late judged mails, released and replayed ones: to the router. */
  public static final String REINJECTED = "mail.reinjected";

  /** Mails that policy holds back. */
  public static final String QUARANTINE = "mail.quarantine";

  /** What happened to every mail. */
  public static final String EVENTS = "mail.events";

  /** Compacted: what operators did with which dead letter; a stage may not be called as it. */
  public static final String MARKS = "dead-letter.marks";

  /** Mails for mailboxes here. */
  public static final String LOCAL = "delivery.local";

  /** Compacted: which site has which of the slots that pools lend; see {@link #slot}. */
  public static final String SLOTS = "delivery.slots";

  /** Compacted: what owners of partitions know of the sites whose mails they hold. */
  public static final String SITES = "delivery.sites";

  /** What operators want done with all mails of a site. */
  public static final String ORDERS = "delivery.orders";

  /** Whom policies have seen: what greylisting knows of clients. */
  public static final String GREYLIST = "policy.greylist";

  /** The stage that judges what was taken unjudged. */
  public static final String POLICY_STAGE = "policy";

  /** The stage that finds out where a mail goes. */
  public static final String ROUTER_STAGE = "router";

  /** The stage that fills the mailboxes; that of a pool is called as the pool. */
  public static final String LOCAL_STAGE = "local";

  private Topics() {}

  /** The lane of a pool that all sites without one of their own share. */
  public static String sharedLane(String pool) {
    return "delivery." + pool + ".shared";
  }

  /** The lane of a pool that a site has for itself because the site's configuration says so. */
  public static String ownLane(String pool, String site) {
    return "delivery." + pool + "." + site;
  }

  /** A lane that a pool lends, such as {@code delivery.normal.slot-03}; numbered from 1. */
  public static String slot(String pool, int number) {
    return "delivery.%s.slot-%02d".formatted(pool, number);
  }

  /** What a stage could not digest. */
  public static String deadLetter(String stage) {
    return "dead-letter." + stage;
  }

  /**
   * Where a stage's mails wait for one of its delays, such as {@code retry.normal.5m}: in whole
   * hours, minutes or seconds, the largest that fits.
   *
   * @throws IllegalArgumentException if the delay is not a positive number of whole seconds
   */
  public static String retry(String stage, Duration delay) {
    long seconds = delay.toSeconds();
    if (seconds < 1 || delay.getNano() != 0) {
      throw new IllegalArgumentException("not a retry delay of whole seconds: " + delay);
    }
    String printed =
        seconds % 3600 == 0
            ? seconds / 3600 + "h"
            : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    return "retry." + stage + "." + printed;
  }
}
