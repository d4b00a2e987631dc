package postbus.imap;

import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;

/**
 * What the end of a command says of the mail: the statuses of sysexits.h, as Exim and others read
 * them. What a command was killed for, and one that cannot be run, may be mended: deferred.
 */
final class ExitStatus {
  static final int NO_USER = 67;
  static final int OS_ERROR = 71;
  static final int CANNOT_CREATE = 73;
  static final int IO_ERROR = 74;
  static final int TRY_LATER = 75;
  static final int NO_PERMISSION = 77;

  /** Of setpriv, setsid and shells: there, but not to be executed; not there. */
  static final int NOT_EXECUTABLE = 126;

  static final int NOT_FOUND = 127;

  /** A status above is 128 and a signal's number. */
  private static final int SIGNAL = 128;

  private static final int SIGNAL_MAX = 64;
  private static final String COMMAND = "PIPE";

  private ExitStatus() {}

  static Outcome outcome(String program, CommandEnd end) {
    return switch (end) {
      case CommandEnd.Exited(int status, String output) -> exited(program, status, output);
      case CommandEnd.NotBegun(String why) -> later(why);
      case CommandEnd.Unread() -> Outcome.unread(COMMAND);
      case CommandEnd.TimedOut(var after) ->
          later("the command took longer than " + after.toSeconds() + " s");
      case CommandEnd.Stopped() -> later("the command was stopped");
    };
  }

  /** Deferred, for a reason of ours. */
  static Outcome later(String why) {
    return new Outcome.Deferred(Scope.RECIPIENT, Cause.ours(COMMAND, 451, "4.3.0", why));
  }

  /** Deferred until the site or the host is as the alias expects it. */
  static Outcome misconfigured(String why) {
    return new Outcome.Deferred(Scope.RECIPIENT, Cause.ours(COMMAND, 451, "4.3.5", why));
  }

  private static Outcome exited(String program, int status, String output) {
    if (status > SIGNAL && status <= SIGNAL + SIGNAL_MAX) {
      return later("the command was ended by signal " + (status - SIGNAL));
    }
    return switch (status) {
      case 0 ->
          new Outcome.Delivered(new Cause(COMMAND, SmtpReply.of(250, "2.0.0", "|" + program), ""));
      case OS_ERROR, CANNOT_CREATE, IO_ERROR, TRY_LATER ->
          later(words("the command asks for another attempt", status, output));
      case NOT_EXECUTABLE, NOT_FOUND ->
          misconfigured(words("the command cannot be run", status, output));
      case NO_USER -> never("5.1.1", status, output);
      case NO_PERMISSION -> never("5.7.1", status, output);
      default -> never("5.3.0", status, output);
    };
  }

  private static Outcome never(String enhancedStatus, int status, String output) {
    String text = words("the command refused the mail", status, output);
    return new Outcome.Bounced(Scope.RECIPIENT, Cause.ours(COMMAND, 550, enhancedStatus, text));
  }

  /** What the command says for itself comes before what we can say of it. */
  private static String words(String ours, int status, String output) {
    return output.isEmpty() ? ours + " (status " + status + ")" : output;
  }
}
