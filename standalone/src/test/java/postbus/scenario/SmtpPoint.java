package postbus.scenario;

/** A moment of an SMTP session. */
enum SmtpPoint {
  /** The client has sent the final dot; the server never sees it. */
  FINAL_DOT,
  /** The server has answered the final dot; the client never hears it. */
  REPLY,
  /** The server has answered the final dot, and the answer is on its way to the client. */
  REPLY_PASSED
}
