package postbus.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What an operator must see to: a line that begins with {@code ALARM:}, and a counter by kind. */
public enum Alarm {
  /** A stage takes nothing more until its process is started anew. */
  HALTED,
  /** Another process has this one's place, or the broker took it for dead. */
  FENCED,
  /** The consumer failed in a way that Kafka's client does not get over by itself. */
  CONSUMER_FAILED,
  /** A run of failures: the stage tries one mail now and then. */
  PAUSED,
  /** A partition waits for a newer release, whose record is the next. */
  NEWER_VERSION,
  /** The log takes neither what follows from a mail nor its dead letter. */
  NOT_RECORDED,
  /** The log does not let this process in, or not do what it must. */
  NO_RIGHT,
  /** What was written of a mail may be without its content. */
  CONTENT_GONE,
  /** The content store does not answer: large mail is not taken, and waits where it is. */
  CONTENTS_AWAY,
  /** A list of addresses in DNS does not answer, or lists everybody. */
  LIST_FAILS,
  /** A scanner of contents does not answer, or not so that it can be understood. */
  SCANNER_AWAY,
  /** A check of contents has a bug: it could not judge a mail, which counts as suspect. */
  CHECK_FAILED,
  /** The name servers do not answer: where mail comes from cannot be told. */
  DNS_AWAY,
  /** An account sends more than people do: perhaps it was stolen. */
  ACCOUNT_TOO_BUSY,
  /** Nobody has looked after a dead letter for weeks. */
  DEAD_LETTER_OLD,
  /** The server that has the mailboxes takes no mail. */
  MAILBOXES_AWAY,
  /** The disk has no room for more mail. */
  DISK_FULL;

  private final Counter raised =
      Counter.builder("postbus.alarms")
          .tag("kind", name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .register(Metrics.globalRegistry);

  /** Lets all counters begin at 0, so that the first alarm is an increase. */
  static void begin() {
    // That this class is loaded is all there is to do.
  }

  public void raise(Logger log, String format, @Nullable Object... arguments) {
    raise(log, null, format, arguments);
  }

  public void raise(
      Logger log, @Nullable Throwable cause, String format, @Nullable Object... arguments) {
    raised.increment();
    log.errorf(cause, "ALARM: " + format, arguments);
  }
}
