package postbus.smtp;

/** What is spoken over a connection. */
enum Protocol {
  /** RFC 5321: one reply to the final dot. */
  SMTP,
  /** RFC 2033: into mailboxes, each of which has a reply of its own to the final dot. */
  LMTP
}
