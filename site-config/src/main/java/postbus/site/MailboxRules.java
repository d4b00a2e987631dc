package postbus.site;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * How local mail gets into mailboxes; section {@code mailboxes} of the site.
 *
 * @param way whose work that is
 * @param quotaOctets of a mailbox whose account has no quota of its own, if Postbus writes it; 0
 *     for no limit, empty for what the mailbox itself says (the first line of {@code maildirsize})
 * @param overQuotaLifetime from a mail's arrival until it goes back to its sender because the
 *     mailbox is over quota
 */
public record MailboxRules(Way way, OptionalLong quotaOctets, Duration overQuotaLifetime) {

  /** What holds where the site says nothing. */
  public static final MailboxRules DEFAULT = new MailboxRules(new Maildir());

  /** Mailboxes of which the site says nothing else. */
  public MailboxRules(Way way) {
    this(way, OptionalLong.empty(), Duration.ofDays(1));
  }

  /** Who writes the mailboxes. */
  public sealed interface Way {}

  /** Postbus itself, below its data folder. */
  public record Maildir() implements Way {}

  /**
   * A server that speaks LMTP (RFC 2033), as Dovecot does.
   *
   * @param place where it listens
   * @param connectionsMax sessions at the same time
   * @param recipientsMax of one transaction
   * @param idleWait how long an idle session is kept for the next mail
   * @param connectWait for the connection
   * @param commandWait for the greeting, and for the replies to all commands
   * @param finalDotWait for all replies to the final dot
   */
  public record Lmtp(
      Place place,
      int connectionsMax,
      int recipientsMax,
      Duration idleWait,
      Duration connectWait,
      Duration commandWait,
      Duration finalDotWait)
      implements Way {}

  /**
   * A program that is run for each mailbox, as Dovecot's {@code dovecot-lda}.
   *
   * @param program absolute
   * @param user who runs it, if this process is root; otherwise this process's own user does
   * @param runMax for it to end; then it is killed, and the mail tried again later
   * @param atOnceMax processes of it at the same time
   */
  public record Lda(Path program, String user, Duration runMax, int atOnceMax) implements Way {}
}
