package postbus.ingress;

import java.util.List;
import postbus.mail.EnhancedStatus;
import postbus.mail.MailId;
import postbus.mail.SmtpReply;

/** What the server says in its own words. None of them repeats what a client said. */
final class Replies {
  static final SmtpReply OK = SmtpReply.of(250, "2.0.0", "Ok");
  static final SmtpReply SENDER_OK = SmtpReply.of(250, "2.1.0", "Sender ok");
  static final SmtpReply RECIPIENT_OK = SmtpReply.of(250, "2.1.5", "Recipient ok");
  static final SmtpReply BYE = SmtpReply.of(221, "2.0.0", "Bye");
  static final SmtpReply CHUNK_OK = SmtpReply.of(250, "2.0.0", "Ok, go on");
  static final SmtpReply HELP =
      new SmtpReply(
          214,
          EnhancedStatus.parse("2.0.0"),
          List.of(
              "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT, as in RFC 5321 and 3030",
              "EHLO says which extensions there are; for people: postmaster at this host"));
  static final SmtpReply VRFY =
      SmtpReply.of(252, "2.5.0", "Send it some mail, and see what happens");

  static final SmtpReply TLS_GO_AHEAD = SmtpReply.of(220, "2.0.0", "Ready to start TLS");

  /** RFC 2034 knows no status of class 3. */
  static final SmtpReply GO_AHEAD = SmtpReply.of(354, "End the mail with <CRLF>.<CRLF>");

  /** Nothing to say: the mechanism has no challenge. RFC 2034 knows no status of class 3. */
  static final SmtpReply GO_ON = SmtpReply.of(334, "");

  /** {@code Username:} in base64, as clients expect it. */
  static final SmtpReply NAME_WANTED = SmtpReply.of(334, "VXNlcm5hbWU6");

  /** {@code Password:} in base64. */
  static final SmtpReply PASSWORD_WANTED = SmtpReply.of(334, "UGFzc3dvcmQ6");

  static final SmtpReply LOGGED_IN = SmtpReply.of(235, "2.7.0", "You are logged in");
  static final SmtpReply LOGIN_AWAY =
      SmtpReply.of(454, "4.7.0", "Nobody can say now who you are; try again later");
  static final SmtpReply LOGIN_CANCELLED = SmtpReply.of(501, "5.7.0", "As you wish");
  static final SmtpReply NOT_BASE64 = SmtpReply.of(501, "5.5.2", "That is not base64");
  static final SmtpReply BAD_CREDENTIALS =
      SmtpReply.of(501, "5.5.2", "Expected a name and a password");
  static final SmtpReply RESPONSE_TOO_LONG = SmtpReply.of(500, "5.5.6", "Line too long");
  static final SmtpReply UNKNOWN_MECHANISM =
      SmtpReply.of(504, "5.5.4", "Log in with PLAIN or LOGIN");
  static final SmtpReply LOGIN_FAILED =
      SmtpReply.of(535, "5.7.8", "You cannot log in with this name and password");
  static final SmtpReply LOGIN_NEEDS_TLS =
      SmtpReply.of(538, "5.7.11", "Passwords are taken in TLS alone");
  static final SmtpReply LOGIN_FIRST = SmtpReply.of(530, "5.7.0", "Log in first");
  static final SmtpReply LOGGED_IN_BEFORE = SmtpReply.of(503, "5.5.1", "You are logged in already");

  static final SmtpReply STOPPING = SmtpReply.of(421, "4.3.2", "The service is stopping");
  static final SmtpReply TIME_IS_UP = SmtpReply.of(421, "4.4.2", "You took too long");
  static final SmtpReply TOO_SLOW = SmtpReply.of(421, "4.4.2", "Your mail comes too slowly");
  static final SmtpReply GUESSING =
      SmtpReply.of(421, "4.7.0", "Too many unknown recipients; try again later");
  static final SmtpReply BROKEN = SmtpReply.of(421, "4.3.0", "An error on our side; try again");
  static final SmtpReply TOO_MANY_ERRORS = SmtpReply.of(421, "4.7.0", "Too many errors");
  static final SmtpReply TOO_MANY_SESSIONS =
      SmtpReply.of(421, "4.7.0", "Too many connections; try again later");
  static final SmtpReply WILL_NOT_END =
      SmtpReply.of(421, "4.3.0", "The refused content does not end");
  static final SmtpReply POLICY_AWAY =
      SmtpReply.of(451, "4.3.2", "Mail cannot be judged now; try again later");
  static final SmtpReply RECIPIENT_UNKNOWABLE =
      SmtpReply.of(451, "4.4.3", "The recipient cannot be checked now; try again later");
  static final SmtpReply SENDER_UNKNOWABLE =
      SmtpReply.of(451, "4.3.0", "Whose address that is cannot be told now; try again later");
  static final SmtpReply TOO_MANY_FROM_ACCOUNT =
      SmtpReply.of(450, "4.7.1", "Your account has sent too much mail; try again later");
  static final SmtpReply LOG_AWAY =
      SmtpReply.of(451, "4.3.0", "The mail cannot be stored now; try again later");
  static final SmtpReply DISK_FULL =
      SmtpReply.of(452, "4.3.1", "No room for more mail now; try again later");
  static final SmtpReply BUSY =
      SmtpReply.of(451, "4.3.1", "Too much mail at this moment; try again later");
  static final SmtpReply TOO_MANY_RECIPIENTS =
      SmtpReply.of(452, "4.5.3", "Too many recipients; send the rest in another mail");

  static final SmtpReply NOT_FROM_YOU =
      SmtpReply.of(554, "5.7.1", "This service is not open to your address");
  static final SmtpReply NOT_YOUR_ADDRESS =
      SmtpReply.of(
          550, "5.7.1", "You may not send with that sender address; use one that is yours");
  static final SmtpReply NOT_YOUR_FROM_FIELD =
      SmtpReply.of(550, "5.7.1", "The From field must hold one address, and that must be yours");
  static final SmtpReply BROKEN_HEADER =
      SmtpReply.of(554, "5.6.0", "The header of the mail has a line that is no field");
  static final SmtpReply NOT_A_FRONT_END =
      SmtpReply.of(550, "5.7.0", "You may not speak for others");
  static final SmtpReply TALKED_FIRST =
      SmtpReply.of(554, "5.5.1", "You talked before the greeting");
  static final SmtpReply TALKED_BEFORE_TLS =
      SmtpReply.of(554, "5.5.1", "You talked between STARTTLS and TLS");
  static final SmtpReply TLS_FIRST =
      SmtpReply.of(530, "5.7.0", "Must issue a STARTTLS command first");
  static final SmtpReply TLS_BEFORE = SmtpReply.of(503, "5.5.1", "TLS is spoken already");
  static final SmtpReply NOT_WAITED = SmtpReply.of(554, "5.5.0", "You did not wait for the reply");
  static final SmtpReply UNKNOWN = SmtpReply.of(500, "5.5.2", "Unknown command");
  static final SmtpReply BARE_LINE_FEED =
      SmtpReply.of(500, "5.5.2", "Lines end with CRLF, not with LF alone");
  static final SmtpReply CONTROL_CHARACTER =
      SmtpReply.of(500, "5.5.2", "Control character in a command");
  static final SmtpReply NOT_UTF8 = SmtpReply.of(500, "5.5.2", "A command is ASCII or UTF-8");
  static final SmtpReply COMMAND_TOO_LONG = SmtpReply.of(500, "5.5.2", "Line too long");
  static final SmtpReply NOT_OFFERED = SmtpReply.of(502, "5.5.1", "Not offered");
  static final SmtpReply NO_ARGUMENT = SmtpReply.of(501, "5.5.4", "This command has no argument");
  static final SmtpReply ARGUMENT_MISSING = SmtpReply.of(501, "5.5.4", "An argument is missing");
  static final SmtpReply BAD_CHUNK =
      SmtpReply.of(501, "5.5.4", "Expected the octets of the chunk, and LAST after the last one");
  static final SmtpReply BAD_NAME =
      SmtpReply.of(501, "5.5.4", "Expected a domain name or an address literal");
  static final SmtpReply BAD_SENDER =
      SmtpReply.of(501, "5.1.7", "Expected FROM:<address>, or FROM:<>");
  static final SmtpReply BAD_RECIPIENT = SmtpReply.of(501, "5.1.3", "Expected TO:<address>");
  static final SmtpReply SOURCE_ROUTE = SmtpReply.of(553, "5.1.0", "Source routes are not served");
  static final SmtpReply BAD_PARAMETER = SmtpReply.of(501, "5.5.4", "Malformed parameter");
  static final SmtpReply UNKNOWN_PARAMETER = SmtpReply.of(555, "5.5.4", "Parameter not offered");
  static final SmtpReply NEEDS_SMTPUTF8 =
      SmtpReply.of(553, "5.6.7", "An address in UTF-8 needs SMTPUTF8 in MAIL");
  static final SmtpReply HELLO_FIRST = SmtpReply.of(503, "5.5.1", "Say EHLO first");
  static final SmtpReply CHUNKS_BEGUN =
      SmtpReply.of(503, "5.5.1", "The content has begun with BDAT");
  static final SmtpReply MAIL_FIRST = SmtpReply.of(503, "5.5.1", "Say MAIL first");
  static final SmtpReply MAIL_BEFORE = SmtpReply.of(503, "5.5.1", "A mail is begun already");
  static final SmtpReply NO_RECIPIENTS = SmtpReply.of(554, "5.5.1", "No valid recipients");

  static final SmtpReply CHUNK_TOO_BIG =
      SmtpReply.of(552, "5.3.4", "The chunk is too big to be read");
  static final SmtpReply CONTENT_TOO_BIG = SmtpReply.of(552, "5.3.4", "The mail is too big");
  static final SmtpReply HEADER_TOO_BIG =
      SmtpReply.of(552, "5.3.4", "The header of the mail is too big");
  static final SmtpReply CONTENT_LINE_TOO_LONG =
      SmtpReply.of(554, "5.6.0", "A line of the content is too long");
  static final SmtpReply BARE_LINE_END =
      SmtpReply.of(554, "5.6.0", "The content has a CR or LF that stands alone");
  static final SmtpReply NUL_CHARACTER =
      SmtpReply.of(554, "5.6.0", "The content has a NUL character");
  static final SmtpReply TOO_MANY_HOPS =
      SmtpReply.of(554, "5.4.6", "Too many Received fields; the mail is looping");

  private Replies() {}

  /** The 250 after the content: from here on the mail is ours. */
  static SmtpReply queued(MailId id) {
    return SmtpReply.of(250, "2.0.0", "Ok: queued as " + id);
  }
}
