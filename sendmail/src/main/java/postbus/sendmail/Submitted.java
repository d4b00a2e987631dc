package postbus.sendmail;

import java.util.List;
import java.util.Map;
import postbus.mail.Cause;
import postbus.mail.SmtpReply;

/**
 * What the server said to a mail. Every recipient is in one of three: taken, refused, put off.
 *
 * @param replies to the mail, where it was taken for somebody; each names it there
 * @param refused who will never get it, and why
 * @param putOff who did not get it now, and why
 * @param isServerAway whether the reason is the server's: nothing else would be taken now either
 */
record Submitted(
    List<SmtpReply> replies,
    Map<String, Cause> refused,
    Map<String, Cause> putOff,
    boolean isServerAway) {

  /** What a refusal is for the caller of {@code sendmail}: the gravest of them. */
  ExitCode exitCode() {
    return refused.values().stream()
        .map(Submitted::exitCode)
        .max(ExitCode::compareTo)
        .orElseThrow();
  }

  private static ExitCode exitCode(Cause cause) {
    String status = cause.reply().status().map(Object::toString).orElse("");
    if (status.matches("5\\.(2\\.3|3\\.4)") || status.isEmpty() && cause.reply().code() == 552) {
      return ExitCode.DATA_ERROR;
    }
    if (status.startsWith("5.7.")) {
      return ExitCode.NO_PERMISSION;
    }
    return cause.command().equals("RCPT") ? ExitCode.NO_USER : ExitCode.UNAVAILABLE;
  }
}
