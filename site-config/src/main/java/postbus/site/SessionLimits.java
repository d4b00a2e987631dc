package postbus.site;

import java.time.Duration;

/**
 * What one SMTP session may use; section {@code sessions} of the site. Every field has a default.
 *
 * @param sizeMax octets of one content; announced by SIZE
 * @param inlineMax octets up to which the record holds the content itself; above, the store
 * @param recipientsMax recipients of one mail (RFC 5321, 4.5.3.1.8, wants at least 100)
 * @param commandLineMax octets of a command line with its CRLF
 * @param textLineMax octets of a content line with its CRLF
 * @param errorsMax refused or unknown commands before 421
 * @param connectionsMax sessions of one listener at the same time
 * @param connectionsPerClientMax sessions of one IPv4 address, or one IPv6 network of 64 bits, that
 *     is not trusted, at the same time
 * @param greetingPause how long a client that is not known must keep silent before the greeting
 * @param commandWait for the next command
 * @param dataWait for the next octets of a content
 * @param sessionMax the whole session
 * @param recipientWait for policy's answer about a recipient; then 451
 * @param verdictWait for policy's verdict on a content; then the mail is taken unjudged
 * @param logWait for the log to take a mail; then 451
 * @param hopsMax Received fields before a mail counts as looping (RFC 5321, 6.3)
 * @param diskFreeMin octets that must be free on the disk of the data folder for a mail to begin;
 *     below, 452
 * @param manners what is not borne of a client
 */
public record SessionLimits(
    long sizeMax,
    int inlineMax,
    int recipientsMax,
    int commandLineMax,
    int textLineMax,
    int errorsMax,
    int connectionsMax,
    int connectionsPerClientMax,
    Duration greetingPause,
    Duration commandWait,
    Duration dataWait,
    Duration sessionMax,
    Duration recipientWait,
    Duration verdictWait,
    Duration logWait,
    int hopsMax,
    long diskFreeMin,
    Manners manners) {

  private static final int LIST_MARK_SHARE = 20;

  /** What holds where the site says nothing. */
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          50L << 20,
          512 << 10,
          1000,
          2048,
          4096,
          20,
          1000,
          50,
          Duration.ofMillis(50),
          Duration.ofMinutes(5),
          Duration.ofMinutes(3),
          Duration.ofHours(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          100,
          256L << 20,
          Manners.DEFAULT);

  /**
   * How long policy waits for the router's answer about a recipient: less than the session waits
   * for policy's, so that what went wrong is known before the client is told.
   */
  public Duration routerWait() {
    return recipientWait.multipliedBy(4).dividedBy(5);
  }

  /**
   * How long the router looks for what it knows about a recipient, DNS, OTRS and call-out together:
   * less than policy waits for it.
   */
  public Duration lookupWait() {
    return recipientWait.multipliedBy(7).dividedBy(10);
  }

  /**
   * How long policy asks DNS where a mail comes from: other checks of the content follow within the
   * same verdict.
   */
  public Duration originWait() {
    return verdictWait.dividedBy(4);
  }

  /**
   * How long policy waits at a mail's content for what lists say of its client: they were asked at
   * its first recipient.
   */
  public Duration listMarkWait() {
    Duration most = verdictWait.dividedBy(LIST_MARK_SHARE);
    return most.compareTo(routerWait()) < 0 ? most : routerWait();
  }
}
