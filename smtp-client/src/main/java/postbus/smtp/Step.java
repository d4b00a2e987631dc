package postbus.smtp;

import postbus.mail.Cause;

/** The steps of a session that have a reply. */
enum Step {
  CONNECT("CONNECT"),
  GREETING("CONNECT"),
  EHLO("EHLO"),
  MAIL("MAIL"),
  RCPT("RCPT"),
  DATA("DATA"),
  /** BDAT, but for the last one. */
  CHUNK("BDAT"),
  LAST_CHUNK("BDAT"),
  FINAL_DOT("."),
  /** The reply about one recipient to the final dot of LMTP. */
  EACH_AFTER_DOT(".");

  /** For {@link Cause#command}. */
  final String command;

  Step(String command) {
    this.command = command;
  }

  /** Whether the server had the whole content when it replied. */
  boolean isAfterContent() {
    return this == LAST_CHUNK || this == FINAL_DOT || this == EACH_AFTER_DOT;
  }
}
