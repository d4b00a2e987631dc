package postbus.ingress;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import postbus.mail.Client;
import postbus.mail.SmtpReply;
import postbus.mail.TlsUsed;
import postbus.site.SessionLimits;
import postbus.site.Site;

/**
 * One SMTP session (RFC 5321) without its socket: told what came in, it says what to do next.
 *
 * <p>In: a {@link Command}, or the answer to what it asked. Out: a {@link Step}. It decides who is
 * greeted, what is offered, whose turn it is, and when there have been too many errors; what is
 * about a mail is {@link MailDialogue}'s.
 *
 * <p>Guarantee: one reply for one command, in order; a 250 after the content only as {@link
 * #onSubmitted} brings it. Limit: whoever calls it keeps the turn (an answer before the next
 * command), from one thread at a time. Time limits and octets are {@link Conversation}'s.
 */
final class SmtpSession {
  private final Site site;
  private final SessionLimits limits;
  private final Site.Listener listener;
  private final Origin origin;
  private final boolean trusted;
  private final BooleanSupplier policyAnswers;
  private final SessionTls tls;
  private final MailDialogue mails;
  private Turn turn = Turn.GREETING;
  private int errors;

  /**
   * @param policyAnswers whether policy seems alive; asked at the MAIL of an untrusted client
   */
  SmtpSession(Site site, Site.Listener listener, Origin origin, BooleanSupplier policyAnswers) {
    this(site, listener, origin, policyAnswers, new SessionTls(listener.tls()));
  }

  private SmtpSession(
      Site site,
      Site.Listener listener,
      Origin origin,
      BooleanSupplier policyAnswers,
      SessionTls tls) {
    this.tls = tls;
    this.site = site;
    this.limits = site.sessions();
    this.listener = listener;
    this.origin = origin;
    this.trusted = origin.isOf(listener.trust());
    this.policyAnswers = policyAnswers;
    this.mails = new MailDialogue(site, policyAnswers);
    if (!origin.helo().isEmpty()) {
      mails.greetedBy(client(origin.helo()), origin.esmtp());
    }
  }

  /** Whether the client may relay and is not judged. */
  boolean isTrusted() {
    return trusted;
  }

  /** Whether nobody of ours is there: neither a trusted client, nor who speaks for others. */
  boolean isStranger() {
    return !trusted && !isFrontEnd();
  }

  /** Whether the client begins with TLS, and hears nothing before. */
  boolean beginsWithTls() {
    return tls.isFirst();
  }

  /** The address that counts as the client's. */
  InetAddress client() {
    return origin.address();
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
    if (!listener.onlyFrom().map(origin::isOf).orElse(true)) {
      return next(bye(Replies.NOT_FROM_YOU));
    }
    return next(
        full
            ? bye(Replies.TOO_MANY_SESSIONS)
            : say(SmtpReply.of(220, site.primaryHostname() + " ESMTP Postbus")));
  }

  /** The next command line. */
  Step on(Command command) {
    expect(Turn.COMMAND);
    if (tls.hasToPrecede(command)) {
      return next(
          command instanceof Command.Bdat chunk
              ? mails.refuse(chunk, Replies.TLS_FIRST)
              : say(Replies.TLS_FIRST));
    }
    return next(
        switch (command) {
          case Command.Ehlo(String name) ->
              hello(name, true, EhloReply.of(site.primaryHostname(), limits, tls, isFrontEnd()));
          case Command.Helo(String name) ->
              hello(name, false, SmtpReply.of(250, site.primaryHostname()));
          case Command.Mail mail -> mails.mail(mail);
          case Command.Rcpt rcpt -> mails.rcpt(rcpt);
          case Command.Data() -> mails.data();
          case Command.Bdat chunk -> mails.bdat(chunk);
          case Command.Rset() -> rset();
          case Command.Noop() -> say(Replies.OK);
          case Command.Quit() -> bye(Replies.BYE);
          case Command.Vrfy() -> say(Replies.VRFY);
          case Command.Expn(), Command.Auth() -> say(Replies.NOT_OFFERED);
          case Command.StartTls() -> startTls();
          case Command.Help() -> say(Replies.HELP);
          case Command.Xclient claim -> xclient(claim);
          case Command.Unknown() -> say(Replies.UNKNOWN);
          case Command.Malformed(SmtpReply reply, boolean close) -> close ? bye(reply) : say(reply);
        });
  }

  private Step hello(String name, boolean esmtp, SmtpReply reply) {
    mails.greetedBy(client(name), esmtp);
    return say(reply);
  }

  private Client client(String name) {
    return new Client(
        origin.address().getHostAddress(),
        name,
        listener.name(),
        trusted,
        tls.used(),
        Optional.empty());
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

  private Step rset() {
    mails.reset();
    return say(Replies.OK);
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

  private boolean isFrontEnd() {
    return origin.isOf(listener.frontEnds().xclient());
  }

  /** What the new client may do is decided anew, also whether it may speak for others. */
  private Step xclient(Command.Xclient claim) {
    if (!isFrontEnd()) {
      return say(Replies.NOT_A_FRONT_END);
    }
    if (mails.isBegun()) {
      return say(Replies.MAIL_BEFORE);
    }
    Origin claimed =
        new Origin(claim.address().orElse(origin.address()), claim.helo(), claim.esmtp());
    return new Step.Restart(new SmtpSession(site, listener, claimed, policyAnswers, tls));
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
                && ++errors > limits.errorsMax()
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
