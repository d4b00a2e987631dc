package postbus.smtp;

import java.util.regex.Pattern;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Outcome.Delivered;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;

/**
 * The whole policy about what a server says, or fails to say (after Postfix's smtp_trouble.c). The
 * step decides, unless the words are known to be about something else:
 *
 * <table>
 * <caption>What follows</caption>
 * <tr><th>at</th><th>2yz, 354</th><th>4yz</th><th>5yz</th><th>site</th></tr>
 * <tr><td>greeting, EHLO, HELO</td><td>go on</td><td colspan=2>the site is deferred: a server that
 *   will not talk says nothing about the mail</td><td>closed</td></tr>
 * <tr><td>MAIL, DATA, a chunk</td><td>go on</td><td>the mail is deferred</td><td>bounced</td>
 *   <td rowspan=3>eased for 4.7.z, else nothing</td></tr>
 * <tr><td>RCPT</td><td>go on</td><td>the recipient is deferred</td>
 *   <td>bounced; by 5.1.z also with words about our address or a block list</td></tr>
 * <tr><td>final dot, last chunk</td><td>delivered</td><td>the mail is deferred</td>
 *   <td>bounced</td></tr>
 * <tr><td>421, silence, nonsense, a lost connection</td><td colspan=3>whatever has no outcome is
 *   deferred with the session</td><td>eased</td></tr>
 * <tr><td>no connection</td><td colspan=3>the site is deferred</td><td>closed</td></tr>
 * <tr><th>words about</th><th colspan=3></th><th></th></tr>
 * <tr><td>this connection</td><td colspan=3>the session is deferred, and ended</td>
 *   <td>nothing</td></tr>
 * <tr><td>our address</td><td colspan=3>the site is deferred, by 5yz too</td><td>closed</td></tr>
 * <tr><td>a block list</td><td colspan=3>as our address; after the content as any refusal, since
 *   addresses inside of the mail are looked up, too</td><td>closed</td></tr>
 * <tr><td>our haste</td><td colspan=3>the site is deferred, by 5yz too</td><td>eased</td></tr>
 * <tr><td>the server (4.3.1, 4.3.2)</td><td colspan=3>the site is deferred</td><td>eased</td></tr>
 * <tr><td>the sender, the content, a recipient's rate, greylisting</td><td colspan=3>as the step
 *   has it, by 421 too</td><td>nothing</td></tr>
 * <tr><td>enough recipients: 452, or 552 without a status (RFC 5321, section 4.5.3.1.10)</td>
 *   <td colspan=3>the rest go in a transaction of their own</td><td>nothing</td></tr>
 * </table>
 *
 * <p>Words in addresses that a reply repeats do not count: whoever wrote them could close the site.
 *
 * <p>A block of our address is deferred, where Postfix bounces: it says nothing about the mail,
 * people lift it within hours or days, and until then each bounce would tell a sender of what is
 * not his. The site is closed meanwhile, so that nothing hammers at the block; its last reply shows
 * in the queue; delay notices tell senders; and an order bounces what is not to wait.
 *
 * <p>A TLS rule is a domain's, so its failure is the mail's: others of the site are not slowed.
 */
public final class Trouble {
  private static final int SERVICE_CLOSES = 421;
  private static final int START_CONTENT = 354;
  private static final int NO_ROOM = 452;
  private static final int TOO_MUCH = 552;

  /** What a reply is about, where its words tell: the first that fits. */
  private enum About {
    CONNECTION(
        "4\\.4\\.2.*(time ?out|timed out|idle)|command timeout|too many errors|MI:DMC"
            + "|(max|many) (message|mail|email)s? (sent )?(per|on|in) (this )?"
            + "(connection|session)"),
    SENDER(
        "^4\\d\\d 4\\.7\\.(2[4679]|3[0-2]) |unauthenticated|\\b(DMARC|SPF|DKIM|DBL)\\b"
            + "|sending domain|mailfrom domain|sender address|of the content"),
    RECIPIENT(
        "gr[ae]y.?list|4\\.7\\.1 try again later|intentional policy rejection"
            + "|(user|recipient)\\b.* (rate|quickly|(thread|rate) limit)"),
    OUR_HASTE(
        "too many (\\w+ ){0,2}(connection|session)|concurrent connections|rate.?limit|throttl"
            + "|again slower|server busy|(ip|connection) frequency|(excessive|unexpected) volume"
            + "|this hour|HL:I[CF]C"),
    OUR_ADDRESS(
        "your (ip|network|server|host)|your access|weren't sent|banned send|client host (rejected"
            + "|blocked)|IP based|allowed to connect|sending MTA|reverse (dns|hostname)|\\bPTR\\b"
            + "|permanently deferred|helo domain|HL:(REP|MEP)"),
    BLOCK_LIST(
        "block(ed)? (using|list)|blocked - see|black ?list|blocklist|DNSBL|\\bRBL\\b"
            + "|listed (at|by|in|on)\\b|spamhaus|[?&]ip=|reputation sender"),
    SERVER("^4\\d\\d 4\\.3\\.[12] "),
    THE_STEP("");

    private static final Pattern ADDRESS =
        Pattern.compile("<[^<>]*@[^<>]*>|\"[^\"]*\"@\\S+|[^\\s<>\\[\\]]+@[^\\s<>\\[\\],;:]+");

    /** Characters of a reply that are searched for words: far more than an honest one has. */
    private static final int SEARCHED_MAX = 2000;

    private final Pattern words;

    About(String words) {
      this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    }

    static About of(SmtpReply reply) {
      String whole = reply.toString();
      String start = whole.substring(0, Math.min(SEARCHED_MAX, whole.length()));
      String text = ADDRESS.matcher(start).replaceAll(" ");
      for (About about : values()) {
        if (about.words.matcher(text).find()) {
          return about;
        }
      }
      return THE_STEP;
    }
  }

  private Trouble() {}

  /** Whether the server agrees, so that the next step may follow. */
  static boolean agrees(Step step, SmtpReply reply) {
    return step == Step.DATA ? reply.code() == START_CONTENT : reply.isPositive();
  }

  /** Whether the connection is of no more use after this reply. */
  static boolean endsSession(Step step, SmtpReply reply) {
    return reply.code() == SERVICE_CLOSES
        || !agrees(step, reply) && (reply.code() < 400 || About.of(reply) == About.CONNECTION);
  }

  /**
   * Whether a refusal at RCPT, after others were accepted, says only that there are enough of them.
   * A full mailbox or disk says 452, too, but with a status of its own.
   */
  static boolean isEnough(SmtpReply reply) {
    boolean isOther = reply.status().filter(status -> status.subject() != 5).isPresent();
    return (reply.code() == NO_ROOM && !isOther
            || reply.code() == TOO_MUCH && reply.status().isEmpty())
        && About.of(reply) == About.THE_STEP;
  }

  /** What a reply means for those whom it concerns. */
  static Outcome outcome(Step step, SmtpReply reply, Peer server) {
    Cause cause = new Cause(step.command, reply, server.toString());
    return switch (step) {
      case CONNECT, GREETING, EHLO -> new Deferred(Scope.SITE, cause);
      case RCPT -> refusal(Scope.RECIPIENT, step, cause);
      case MAIL, DATA, CHUNK -> refusal(Scope.MAIL, step, cause);
      case FINAL_DOT, LAST_CHUNK ->
          agrees(step, reply) ? new Delivered(cause) : refusal(Scope.MAIL, step, cause);
      case EACH_AFTER_DOT ->
          agrees(step, reply) ? new Delivered(cause) : refusal(Scope.RECIPIENT, step, cause);
    };
  }

  private static Outcome refusal(Scope scope, Step step, Cause cause) {
    SmtpReply reply = cause.reply();
    boolean ends = endsSession(step, reply);
    Deferred session = new Deferred(Scope.SESSION, cause);
    Deferred site = new Deferred(Scope.SITE, cause);
    if (reply.code() < 400) {
      return session;
    }
    boolean isAddress = step == Step.RCPT && isAddressWrong(reply);
    return switch (About.of(reply)) {
      case CONNECTION -> session;
      case OUR_HASTE -> site;
      case OUR_ADDRESS -> isAddress ? byCode(scope, cause) : site;
      case BLOCK_LIST -> isAddress || step.isAfterContent() ? byCode(scope, cause) : site;
      case SENDER, RECIPIENT -> byCode(scope, cause);
      case SERVER -> ends ? session : site;
      case THE_STEP -> ends ? session : byCode(scope, cause);
    };
  }

  /** 5.1.z: the address is the trouble (RFC 3463, section 3.2). */
  private static boolean isAddressWrong(SmtpReply reply) {
    return reply.isPermanent() && reply.status().filter(s -> s.subject() == 1).isPresent();
  }

  private static Outcome byCode(Scope scope, Cause cause) {
    SmtpReply reply = cause.reply();
    return reply.isTransient() || scope == Scope.RECIPIENT && isEnough(reply)
        ? new Deferred(scope, cause)
        : new Bounced(scope, cause);
  }

  /** What an outcome asks of the site's sessions. */
  public static Pressure pressure(Outcome outcome) {
    return switch (outcome) {
      case Delivered _, Bounced _ -> Pressure.NONE;
      case Deferred(Scope scope, Cause cause) -> pressure(scope, About.of(cause.reply()), cause);
    };
  }

  private static Pressure pressure(Scope scope, About about, Cause cause) {
    boolean isHaste = about == About.OUR_HASTE || about == About.SERVER;
    return switch (scope) {
      case RECIPIENT, MAIL ->
          about == About.THE_STEP && isPolicy(cause) ? Pressure.EASE_OFF : Pressure.NONE;
      case SESSION -> about == About.CONNECTION ? Pressure.NONE : Pressure.EASE_OFF;
      case SITE -> isHaste ? Pressure.EASE_OFF : Pressure.CLOSE;
      case STORE -> Pressure.NONE;
    };
  }

  /** Whether a server says 4.7.z; our own words about TLS are not meant. */
  private static boolean isPolicy(Cause cause) {
    return !cause.remote().isEmpty()
        && cause.reply().status().filter(status -> status.subject() == 7).isPresent();
  }

  /** No connection, or none that lasted until the first mail. */
  static Deferred noConnection(Step step, String server, String why) {
    return new Deferred(
        Scope.SITE, new Cause(step.command, SmtpReply.of(451, "4.4.1", why), server));
  }

  /** No server has an address of a family that we have. */
  static Deferred unreachable() {
    return new Deferred(
        Scope.SITE, Cause.ours("CONNECT", 451, "4.4.4", "no address that we can connect to"));
  }

  /** The connection broke, or the server kept silent or talked nonsense. */
  static Deferred sessionLost(Step step, Peer server, String why) {
    return new Deferred(
        Scope.SESSION, new Cause(step.command, SmtpReply.of(451, "4.4.2", why), server.toString()));
  }

  /** TLS is wanted, and there is none: 4.7.4 if not offered, 4.7.5 if it failed. */
  static Deferred noTls(String status, Peer server, String why) {
    return new Deferred(
        Scope.MAIL, Cause.ours("STARTTLS", 451, status, "TLS is required, but " + server + why));
  }

  /** What two servers' failures come to: one that talks shows that the site is not down. */
  static Outcome ofTwo(Outcome former, Outcome latter) {
    boolean isLatter = former instanceof Deferred(Scope scope, var _) && scope == Scope.SITE;
    Outcome first = isLatter ? latter : former;
    Outcome second = isLatter ? former : latter;
    return first instanceof Bounced && second instanceof Deferred(var _, Cause cause)
        ? new Deferred(Scope.MAIL, cause)
        : first;
  }

  /** Our own trouble with the content. */
  static Deferred unreadable(Scope scope) {
    return new Deferred(scope, Outcome.unread("DATA").cause());
  }

  /** The server told with EHLO that it does not take such a mail. */
  static Bounced cannotTake(String status, Peer server, String why) {
    return new Bounced(Scope.MAIL, Cause.ours("MAIL", 550, status, server + why));
  }
}
