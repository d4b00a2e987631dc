package postbus.imap;

import java.util.Locale;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;

/**
 * What the end of {@code dovecot-lda -e -o quota_full_tempfail=yes} says of the mail. By -e it
 * refuses a mail to us, where it would write to the sender itself; by the setting a mailbox that is
 * full is no such refusal, whatever words the owner of a mailbox has his Sieve script say. Whatever
 * else it ends with may be mended: deferred.
 */
final class LdaStatus {
  private static final String COMMAND = "LDA";
  private static final String REASON = "Quota exceeded";

  private LdaStatus() {}

  static Outcome outcome(CommandEnd end) {
    return switch (end) {
      case CommandEnd.Exited(int status, String output) -> exited(status, output);
      case CommandEnd.NotBegun(String why) -> later(why);
      case CommandEnd.Unread() -> Outcome.unread(COMMAND);
      case CommandEnd.TimedOut(var after) ->
          later("the mailbox took longer than " + after.toSeconds() + " s");
      case CommandEnd.Stopped() -> later("the delivery was stopped");
    };
  }

  /** What it said for itself; may be empty. */
  static String said(CommandEnd end) {
    return switch (end) {
      case CommandEnd.Exited(int _, String output) -> output;
      case CommandEnd.NotBegun _,
          CommandEnd.Unread _,
          CommandEnd.TimedOut _,
          CommandEnd.Stopped _ ->
          "";
    };
  }

  private static Outcome exited(int status, String output) {
    return switch (status) {
      case 0 ->
          new Outcome.Delivered(new Cause(COMMAND, SmtpReply.of(250, "2.0.0", "delivered"), ""));
      case ExitStatus.NO_USER -> never("5.1.1", "no such mailbox");
      case ExitStatus.NO_PERMISSION -> never("5.7.1", "the mailbox refuses the mail");
      case ExitStatus.TRY_LATER ->
          isFull(output) ? deferred(452, "4.2.2", "the mailbox is over quota") : notNow(status);
      case ExitStatus.NOT_EXECUTABLE, ExitStatus.NOT_FOUND ->
          deferred(451, "4.3.5", "the program for mailboxes cannot be run");
      default -> notNow(status);
    };
  }

  private static Outcome notNow(int status) {
    return later("the mailbox cannot be written now (status " + status + ")");
  }

  private static boolean isFull(String output) {
    return output.toLowerCase(Locale.ROOT).contains(REASON.toLowerCase(Locale.ROOT));
  }

  private static Outcome later(String why) {
    return deferred(451, "4.3.0", why);
  }

  private static Outcome deferred(int code, String status, String why) {
    return new Outcome.Deferred(Scope.RECIPIENT, Cause.ours(COMMAND, code, status, why));
  }

  private static Outcome never(String status, String why) {
    return new Outcome.Bounced(Scope.RECIPIENT, Cause.ours(COMMAND, 550, status, why));
  }
}
