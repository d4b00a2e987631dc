package postbus.site;

import java.time.Duration;

/**
 * What the delivery of mail may use; section {@code delivery} of the site. Every field has a
 * default; the waits are those of RFC 5321, section 4.5.3.2, where it names one.
 *
 * @param connectionsPerSiteMax sessions to one site at the same time, of one pool
 * @param recipientsPerMailMax recipients that share one delivery record, and so one SMTP
 *     transaction
 * @param mailsPerConnectionMax mails before a connection is given up
 * @param idleWait how long an idle connection is kept for the next mail
 * @param connectWait for the TCP connection
 * @param greetingWait for the greeting, and EHLO's reply
 * @param commandWait for the replies to MAIL, RCPT and RSET
 * @param dataWait for the 354
 * @param blockWait for the peer to take a block of content
 * @param finalDotWait for the reply to the final dot
 * @param localWorkersMax mailboxes written at the same time
 */
public record DeliveryLimits(
    int connectionsPerSiteMax,
    int recipientsPerMailMax,
    int mailsPerConnectionMax,
    Duration idleWait,
    Duration connectWait,
    Duration greetingWait,
    Duration commandWait,
    Duration dataWait,
    Duration blockWait,
    Duration finalDotWait,
    int localWorkersMax) {

  /** What holds where the site says nothing. */
  public static final DeliveryLimits DEFAULT =
      new DeliveryLimits(
          20,
          100,
          500,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(2),
          Duration.ofMinutes(3),
          Duration.ofMinutes(10),
          50);
}
