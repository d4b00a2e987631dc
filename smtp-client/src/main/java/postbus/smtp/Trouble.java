package postbus.smtp;

import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Outcome.Delivered;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;

/**
 * The whole policy about what a server says, or fails to say (after Postfix's smtp_trouble.c):
 *
 * <table>
 * <caption>What follows</caption>
 * <tr><th>at</th><th>2yz, 354</th><th>4yz</th><th>5yz</th></tr>
 * <tr><td>greeting, EHLO, HELO</td><td>go on</td><td colspan=2>the site is deferred: a server that
 *   will not talk says nothing about the mail</td></tr>
 * <tr><td>MAIL, DATA</td><td>go on</td><td>the mail is deferred</td><td>bounced</td></tr>
 * <tr><td>RCPT</td><td>go on</td><td>the recipient is deferred</td><td>bounced</td></tr>
 * <tr><td>the final dot</td><td>delivered</td><td>the mail is deferred</td><td>bounced</td></tr>
 * </table>
 *
 * <p>421 at any step, a lost connection, silence beyond the wait, a reply that is none or that does
 * not fit its command: whatever has no outcome yet is deferred with the session. 552 at RCPT
 * without a status that says otherwise counts as 452, too many recipients (RFC 5321, section
 * 4.5.3.1.10).
 *
 * <p>Content declared 8BITMIME goes to servers without it as it is (as Exim does): they take eight
 * bits nowadays, and a conversion would break signatures. A mail that needs SMTPUTF8, by an address
 * or its header, is bounced where it is not offered (RFC 6531, section 3.2; 5.6.7).
 */
final class Trouble {
  private static final int SERVICE_CLOSES = 421;
  private static final int START_CONTENT = 354;
  private static final int TOO_MUCH = 552;

  /** The steps of a session that have a reply. */
  enum Step {
    CONNECT("CONNECT"),
    GREETING("CONNECT"),
    EHLO("EHLO"),
    MAIL("MAIL"),
    RCPT("RCPT"),
    DATA("DATA"),
    FINAL_DOT(".");

    /** For {@link Cause#command}. */
    final String command;

    Step(String command) {
      this.command = command;
    }
  }

  private Trouble() {}

  /** Whether the server agrees, so that the next step may follow. */
  static boolean agrees(Step step, SmtpReply reply) {
    return step == Step.DATA ? reply.code() == START_CONTENT : reply.isPositive();
  }

  /** Whether the connection is of no more use after this reply. */
  static boolean endsSession(Step step, SmtpReply reply) {
    return reply.code() == SERVICE_CLOSES || !agrees(step, reply) && reply.code() < 400;
  }

  /** What a reply means for those whom it concerns. */
  static Outcome outcome(Step step, SmtpReply reply, Server server) {
    Cause cause = new Cause(step.command, reply, server.toString());
    return switch (step) {
      case CONNECT, GREETING, EHLO -> new Deferred(Scope.SITE, cause);
      case MAIL, DATA -> byCode(Scope.MAIL, step, cause);
      case RCPT -> byCode(Scope.RECIPIENT, step, cause);
      case FINAL_DOT ->
          agrees(step, reply) ? new Delivered(cause) : byCode(Scope.MAIL, step, cause);
    };
  }

  private static Outcome byCode(Scope scope, Step step, Cause cause) {
    SmtpReply reply = cause.reply();
    if (endsSession(step, reply) || agrees(step, reply)) {
      return new Deferred(Scope.SESSION, cause);
    }
    boolean isTooMany = step == Step.RCPT && reply.code() == TOO_MUCH && reply.status().isEmpty();
    return reply.isTransient() || isTooMany
        ? new Deferred(scope, cause)
        : new Bounced(scope, cause);
  }

  /** No connection, or none that lasted until the first mail. */
  static Deferred noConnection(Step step, Server server, String why) {
    return new Deferred(
        Scope.SITE, new Cause(step.command, SmtpReply.of(451, "4.4.1", why), server.toString()));
  }

  /** The connection broke, or the server kept silent or talked nonsense. */
  static Deferred sessionLost(Step step, Server server, String why) {
    return new Deferred(
        Scope.SESSION, new Cause(step.command, SmtpReply.of(451, "4.4.2", why), server.toString()));
  }

  /** Our own trouble with the content. */
  static Deferred unreadable(String why) {
    return new Deferred(Scope.MAIL, Cause.ours("DATA", 451, "4.3.0", why));
  }

  /** The server cannot take a mail with such an address or header. */
  static Bounced needsUtf8(Server server) {
    return new Bounced(
        Scope.MAIL,
        Cause.ours(
            "MAIL", 550, "5.6.7", server + " does not offer SMTPUTF8, which this mail needs"));
  }
}
