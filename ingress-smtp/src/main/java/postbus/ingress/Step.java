package postbus.ingress;

import java.util.Optional;
import postbus.content.ArrivingHeader;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;

/** What the session wants done next. */
sealed interface Step {

  /** Say it; then read on, or close the connection. */
  record Say(SmtpReply reply, boolean close) implements Step {}

  /** Ask policy, and tell {@link SmtpSession#onRecipientAnswer}; read no command before. */
  record AskRecipient(RecipientQuestion question) implements Step {}

  /** Say it, and take the next line for what answers it (RFC 4954). */
  record Challenge(SmtpReply reply) implements Step {}

  /** Ask who that is, and tell {@link SmtpSession#onLoginAnswer}; read no command before. */
  record AskLogin(LoginQuestion question) implements Step {}

  /** Ask whether he may, and tell {@link SmtpSession#onSenderAnswer}; read no command before. */
  record AskSender(SenderQuestion question) implements Step {}

  /**
   * Say it, read a content, and tell {@link SmtpSession#onContentEnd}.
   *
   * @param header is to note what the content has; empty if nobody wants to know
   */
  record BeginContent(SmtpReply goAhead, MailId id, Optional<ArrivingHeader> header)
      implements Step {}

  /**
   * Read so many octets more of the content, and tell {@link SmtpSession#onChunk}, or {@link
   * SmtpSession#onContentEnd} if they are the last (RFC 3030).
   *
   * @param header as of {@link BeginContent}
   */
  record ReadChunk(MailId id, Optional<ArrivingHeader> header, long octets, boolean isLast)
      implements Step {}

  /** Throw so many octets away, and tell {@link SmtpSession#onChunkSkipped}. */
  record SkipChunk(long octets) implements Step {}

  /**
   * Say it, hear nothing more in clear text, and tell {@link SmtpSession#onTls} when both sides
   * agree.
   */
  record StartTls(SmtpReply goAhead) implements Step {}

  /** The client is another one: go on with this session, from its greeting. */
  record Restart(SmtpSession session) implements Step {}

  /**
   * Submit the mail with the content just read, and tell {@link SmtpSession#onSubmitted}.
   *
   * @param author to be asked before, if it is: a refusal is what becomes of the mail
   */
  record Submit(Envelope envelope, Optional<SenderQuestion> author) implements Step {}
}
