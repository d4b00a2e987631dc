package postbus.ingress;

import java.net.InetAddress;
import java.util.Optional;
import postbus.mail.SmtpReply;
import postbus.mail.TlsUsed;
import postbus.site.Site;

/**
 * One SMTP session (RFC 5321) without its socket: told what came in, it says what to do next.
 *
 * <p>In: a {@link Command}, or the answer to what it asked. Out: a {@link Step}. It decides who is
 * greeted, what is offered, whose turn it is, and when there have been too many errors; what is
 * about a mail is {@link MailDialogue}'s, what is about logging in {@link AuthDialogue}'s.
 *
 * <p>Guarantee: one reply for one command, in order; a 250 after the content only as {@link
 * #onSubmitted} brings it. Limit: whoever calls it keeps the turn (an answer before the next
 * command), from one thread at a time. Time limits and octets are {@link Conversation}'s.
 */
final class SmtpSession {
  private final Site site;
  private final Visitor visitor;
  private final Capacity capacity;
  private final SessionTls tls;
  private final MailDialogue mails;
  private final AuthDialogue login;
  private Turn turn = Turn.GREETING;
  private int errors;

  /**
   * @param capacity asked at each MAIL
   */
  SmtpSession(Site site, Site.Listener listener, Origin origin, Capacity capacity) {
    this(site, new Visitor(listener, origin), capacity, new SessionTls(listener.tls()));
  }

  private SmtpSession(Site site, Visitor visitor, Capacity capacity, SessionTls tls) {
    this.tls = tls;
    this.site = site;
    this.visitor = visitor;
    this.capacity = capacity;
    this.mails = new MailDialogue(site, capacity);
    this.login = new AuthDialogue(visitor, tls, mails);
    Origin origin = visitor.origin();
    if (!origin.helo().isEmpty()) {
      mails.greetedBy(visitor.as(origin.helo(), tls.used()), origin.esmtp());
    }
  }

  /** Whether the client may relay and is not judged. */
  boolean isTrusted() {
    return visitor.isTrusted();
  }

  /** Whether nobody of ours is there: neither a trusted client, nor who speaks for others. */
  boolean isStranger() {
    return !visitor.isTrusted() && !visitor.isFrontEnd();
  }

  /** Whether the client begins with TLS. */
  boolean beginsWithTls() {
    return tls.isFirst();
  }

  /** The address that counts as the client's. */
  InetAddress client() {
    return visitor.address();
  }

  /** Whether the next line answers a challenge, and is no command. */
  boolean isAsking() {
    return turn == Turn.RESPONSE;
  }

  /** Whether chunks of a content are kept until the last of them comes. */
  boolean isGathering() {
    return mails.isGathering();
  }

  /**
   * The greeting, or why there is none.
   *
   * @param full whether the listener, or this client, has too many connections
   */
  Step onConnect(boolean full) {
    expect(Turn.GREETING);
    if (!visitor.isLetIn()) {
      return next(bye(Replies.NOT_FROM_YOU));
    }
    return next(
        full
            ? bye(Replies.TOO_MANY_SESSIONS)
            : say(SmtpReply.of(220, site.primaryHostname() + " ESMTP Postbus")));
  }

  /** The next command line. */
  Step on(Command command) {
    expect(command instanceof Command.Response ? Turn.RESPONSE : Turn.COMMAND);
    if (tls.hasToPrecede(command)) {
      if (command instanceof Command.Auth auth) {
        auth.initial().ifPresent(SaslResponse::wipe);
      }
      return next(
          command instanceof Command.Bdat chunk
              ? mails.refuse(chunk, Replies.TLS_FIRST)
              : say(Replies.TLS_FIRST));
    }
    return next(
        switch (command) {
          case Command.Ehlo(String name) -> hello(name, true, EhloReply.of(site, tls, visitor));
          case Command.Helo(String name) ->
              hello(name, false, SmtpReply.of(250, site.primaryHostname()));
          case Command.Mail mail -> login.refusal(mail).orElseGet(() -> mails.mail(mail));
          case Command.Rcpt rcpt -> mails.rcpt(rcpt);
          case Command.Data() -> mails.data();
          case Command.Bdat chunk -> mails.bdat(chunk);
          case Command.Rset() -> {
            mails.reset();
            yield say(Replies.OK);
          }
          case Command.Noop() -> say(Replies.OK);
          case Command.Quit() -> bye(Replies.BYE);
          case Command.Vrfy() -> say(Replies.VRFY);
          case Command.Expn() -> say(Replies.NOT_OFFERED);
          case Command.Auth auth -> login.begin(auth);
          case Command.Response(SaslResponse said) -> login.onResponse(said);
          case Command.StartTls() -> startTls();
          case Command.Help() -> say(Replies.HELP);
          case Command.Xclient claim -> xclient(claim);
          case Command.Unknown() -> say(Replies.UNKNOWN);
          case Command.Malformed(SmtpReply reply, boolean close) -> close ? bye(reply) : say(reply);
        });
  }

  private Step hello(String name, boolean esmtp, SmtpReply reply) {
    mails.greetedBy(visitor.as(name, tls.used()), esmtp);
    return say(reply);
  }

  private Step startTls() {
    if (tls.isOn()) {
      return say(Replies.TLS_BEFORE);
    }
    if (!tls.isOffered()) {
      return say(Replies.NOT_OFFERED);
    }
    mails.forget(); // RFC 3207, section 4.2.
    return new Step.StartTls(Replies.TLS_GO_AHEAD);
  }

  /** The session is in TLS from here on: after {@link Step.StartTls}, or before its greeting. */
  void onTls(TlsUsed used) {
    tls.begin(used);
    if (turn != Turn.GREETING) {
      expect(Turn.TLS);
      turn = Turn.COMMAND;
    }
  }

  /** Who the client is, as the answer to {@link Step.AskLogin}. */
  Step onLoginAnswer(LoginAnswer answer) {
    expect(Turn.LOGIN_ANSWER);
    return next(login.onAnswer(answer));
  }

  /** The answer whether the sender may be used. */
  Step onSenderAnswer(SmtpReply reply) {
    expect(Turn.SENDER_ANSWER);
    return next(mails.onSenderAnswer(reply));
  }

  /** Policy's answer about the recipient that was asked about. */
  Step onRecipientAnswer(SmtpReply reply) {
    expect(Turn.RECIPIENT_ANSWER);
    return next(mails.onRecipientAnswer(reply));
  }

  /** The content after a {@link Step.BeginContent}, or after the last {@link Step.ReadChunk}. */
  Step onContentEnd(Content content) {
    if (turn != Turn.CHUNK) {
      expect(Turn.CONTENT);
    }
    return next(mails.onContentEnd(content));
  }

  /** The octets of a {@link Step.ReadChunk} that was not the last; or why they are not taken. */
  Step onChunk(Optional<SmtpReply> refusal) {
    expect(Turn.CHUNK);
    return next(mails.onChunk(refusal));
  }

  /** The octets of a {@link Step.SkipChunk} have passed. */
  Step onChunkSkipped() {
    expect(Turn.SKIPPED_CHUNK);
    return next(mails.onChunkSkipped());
  }

  /** What became of the mail of a {@link Step.Submit}. */
  Step onSubmitted(SmtpReply reply) {
    expect(Turn.SUBMISSION);
    return next(say(reply));
  }

  /** What the new client may do is decided anew, also whether it may speak for others. */
  private Step xclient(Command.Xclient claim) {
    if (!visitor.isFrontEnd()) {
      return say(Replies.NOT_A_FRONT_END);
    }
    if (mails.isBegun()) {
      return say(Replies.MAIL_BEFORE);
    }
    return new Step.Restart(new SmtpSession(site, visitor.behind(claim), capacity, tls));
  }

  /** The server ends the session: a time limit, the stop, or a client that talked first. */
  Step onEnd(SmtpReply reason) {
    turn = Turn.OVER;
    return bye(reason);
  }

  /** Who makes one error after the other is guessing, or broken. */
  private Step next(Step wanted) {
    Step step =
        wanted instanceof Step.Say(SmtpReply reply, boolean _)
                && turn != Turn.GREETING
                && reply.isPermanent()
                && ++errors > site.sessions().errorsMax()
            ? bye(Replies.TOO_MANY_ERRORS)
            : wanted;
    turn = Turn.after(step);
    return step;
  }

  private static Step say(SmtpReply reply) {
    return new Step.Say(reply, false);
  }

  private static Step bye(SmtpReply reply) {
    return new Step.Say(reply, true);
  }

  private void expect(Turn expected) {
    if (turn != expected) {
      throw new IllegalStateException("it is the turn of " + turn + ", not of " + expected);
    }
  }
}
