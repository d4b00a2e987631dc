package postbus.sendmail;

/** What {@code sendmail} ends with: the codes of {@code sysexits.h}, which its callers know. */
enum ExitCode {
  OK(0),
  /** The command line was wrong. */
  USAGE(64),
  /** The mail itself is wrong: too large. */
  DATA_ERROR(65),
  /** The server knows no such recipient. */
  NO_USER(67),
  /** The server will never take this mail. */
  UNAVAILABLE(69),
  /** A bug. */
  SOFTWARE(70),
  /** Neither the server nor the spool has the mail now; its caller may try again. */
  TEMPORARY_FAILURE(75),
  /** The server forbids it, or only somebody else may do it. */
  NO_PERMISSION(77),
  /** The configuration is wrong. */
  CONFIGURATION(78);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
