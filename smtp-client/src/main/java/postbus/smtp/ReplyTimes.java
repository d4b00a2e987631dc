package postbus.smtp;

/**
 * Is told how long other servers took to reply; from any thread, and in the middle of a session, so
 * it must not block.
 */
@FunctionalInterface
public interface ReplyTimes {
  /** Nobody is told. */
  ReplyTimes UNTOLD = (_, _) -> {};

  /**
   * What a server's reply was waited for, each with a time limit of its own (RFC 5321, 4.5.3.2).
   * RSET, QUIT and chunks other than the last are not timed.
   */
  enum Awaited {
    /** From the connection on. */
    GREETING,
    /** EHLO, HELO, LHLO or STARTTLS. */
    HELLO,
    MAIL,
    RCPT,
    /** 354 after DATA. */
    DATA,
    /** The reply to the content: from its final dot, or the last chunk, on. */
    CONTENT
  }

  /**
   * A reply came.
   *
   * @param nanos since what it replies to was sent, with other commands where they go in groups
   */
  void replied(Awaited to, long nanos);
}
