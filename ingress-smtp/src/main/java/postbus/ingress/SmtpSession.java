package postbus.ingress;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;
import postbus.site.Site;

/**
 * One SMTP session (RFC 5321) without its socket: told what came in, it says what to do next.
 *
 * <p>In: a {@link Command}, or the answer to what it asked. Out: a {@link Step}. It decides the
 * order of commands, the limits, and who is asked about recipients.
 *
 * <p>Guarantee: one reply for one command, in order; a 250 after the content only as {@link
 * #onSubmitted} brings it. Limit: whoever calls it keeps the turn (an answer before the next
 * command), from one thread at a time. Time limits and octets are {@link SmtpConnection}'s.
 */
final class SmtpSession {
  private enum Turn {
    GREETING,
    COMMAND,
    RECIPIENT_ANSWER,
    CONTENT,
    SUBMISSION,
    OVER
  }

  private final Site site;
  private final SessionLimits limits;
  private final Site.Listener listener;
  private final Origin origin;
  private final boolean trusted;
  private final BooleanSupplier policyAnswers;
  private Turn turn = Turn.GREETING;
  private String helo;
  private boolean esmtp;
  private int errors;
  private @Nullable Transaction transaction;
  private Command.@Nullable Rcpt asked;

  /**
   * @param policyAnswers whether policy seems alive; asked at the MAIL of an untrusted client
   */
  SmtpSession(Site site, Site.Listener listener, Origin origin, BooleanSupplier policyAnswers) {
    this.site = site;
    this.limits = site.sessions();
    this.listener = listener;
    this.origin = origin;
    this.trusted = origin.isOf(listener.trust());
    this.policyAnswers = policyAnswers;
    this.helo = origin.helo();
    this.esmtp = origin.esmtp();
  }

  /** Whether the client may relay and is not judged. */
  boolean isTrusted() {
    return trusted;
  }

  /** The address that counts as the client's. */
  InetAddress client() {
    return origin.address();
  }

  /**
   * The greeting, or why there is none.
   *
   * @param full whether the listener, or this client, has too many connections
   */
  Step onConnect(boolean full) {
    expect(Turn.GREETING);
    if (!listener.onlyFrom().map(origin::isOf).orElse(true)) {
      return bye(Replies.NOT_FROM_YOU);
    }
    if (full) {
      return bye(Replies.TOO_MANY_SESSIONS);
    }
    turn = Turn.COMMAND;
    return say(SmtpReply.of(220, site.primaryHostname() + " ESMTP Postbus"));
  }

  /** The next command line. */
  Step on(Command command) {
    expect(Turn.COMMAND);
    return counted(
        switch (command) {
          case Command.Ehlo(String name) -> ehlo(name);
          case Command.Helo(String name) -> helo(name);
          case Command.Mail mail -> mail(mail);
          case Command.Rcpt rcpt -> rcpt(rcpt);
          case Command.Data() -> data();
          case Command.Rset() -> rset();
          case Command.Noop() -> say(Replies.OK);
          case Command.Quit() -> bye(Replies.BYE);
          case Command.Vrfy() -> say(Replies.VRFY);
          case Command.Expn() -> say(Replies.NOT_OFFERED);
          case Command.Help() -> say(Replies.HELP);
          case Command.Xclient claim -> xclient(claim);
          case Command.Unknown() -> say(Replies.UNKNOWN);
          case Command.Malformed(SmtpReply reply, boolean close) -> close ? bye(reply) : say(reply);
        });
  }

  private Step ehlo(String name) {
    helo = name;
    esmtp = true;
    transaction = null;
    List<String> lines = new ArrayList<>();
    lines.add(site.primaryHostname() + " at your service");
    lines.addAll(List.of("PIPELINING", "SIZE " + limits.sizeMax(), "8BITMIME", "SMTPUTF8"));
    if (isFrontEnd()) {
      lines.add(XclientReader.OFFER);
    }
    lines.add("ENHANCEDSTATUSCODES");
    return say(new SmtpReply(250, Optional.empty(), lines));
  }

  private Step helo(String name) {
    helo = name;
    esmtp = false;
    transaction = null;
    return say(SmtpReply.of(250, site.primaryHostname()));
  }

  private Step mail(Command.Mail mail) {
    if (helo.isEmpty()) {
      return say(Replies.HELLO_FIRST);
    }
    if (transaction != null) {
      return say(Replies.MAIL_BEFORE);
    }
    if (mail.size() > limits.sizeMax()) {
      return say(Replies.CONTENT_TOO_BIG);
    }
    if (!trusted && !policyAnswers.getAsBoolean()) {
      return say(Replies.POLICY_AWAY);
    }
    transaction = new Transaction(mail);
    return say(Replies.SENDER_OK);
  }

  private Step rcpt(Command.Rcpt rcpt) {
    EmailAddress to = rcpt.to();
    if (transaction == null) {
      return say(Replies.MAIL_FIRST);
    }
    if (!transaction.mail().smtpUtf8() && !CommandParser.isAscii(to.toString())) {
      return say(Replies.NEEDS_SMTPUTF8);
    }
    if (transaction.has(to)) {
      return say(Replies.RECIPIENT_OK);
    }
    if (transaction.recipients() >= limits.recipientsMax()) {
      return say(Replies.TOO_MANY_RECIPIENTS);
    }
    if (trusted) {
      transaction.add(rcpt);
      return say(Replies.RECIPIENT_OK);
    }
    turn = Turn.RECIPIENT_ANSWER;
    asked = rcpt;
    ReversePath from = transaction.mail().from();
    return new Step.AskRecipient(new RecipientQuestion(asClient(), from, to));
  }

  /** Policy's answer about the recipient that was asked about. */
  Step onRecipientAnswer(SmtpReply reply) {
    expect(Turn.RECIPIENT_ANSWER);
    turn = Turn.COMMAND;
    if (reply.isPositive() && transaction != null && asked != null) {
      transaction.add(asked);
    }
    return counted(reply.code() == 421 ? bye(reply) : say(reply));
  }

  private Step data() {
    if (transaction == null) {
      return say(Replies.MAIL_FIRST);
    }
    if (transaction.recipients() == 0) {
      return say(Replies.NO_RECIPIENTS);
    }
    turn = Turn.CONTENT;
    return new Step.BeginContent(Replies.GO_AHEAD, transaction.id());
  }

  /** The content after a {@link Step.BeginContent}. */
  Step onContentEnd(Content content) {
    expect(Turn.CONTENT);
    Transaction ended = Objects.requireNonNull(transaction);
    transaction = null;
    return switch (content) {
      case Content.Refused(SmtpReply reply) -> {
        turn = Turn.COMMAND;
        yield counted(say(reply));
      }
      case Content.Received received -> {
        turn = Turn.SUBMISSION;
        yield new Step.Submit(ended.envelope(received, asClient(), esmtp, site.primaryHostname()));
      }
    };
  }

  /** What became of the mail of a {@link Step.Submit}. */
  Step onSubmitted(SmtpReply reply) {
    expect(Turn.SUBMISSION);
    turn = Turn.COMMAND;
    return counted(say(reply));
  }

  private Step rset() {
    transaction = null;
    return say(Replies.OK);
  }

  private boolean isFrontEnd() {
    return origin.isOf(listener.frontEnds().xclient());
  }

  /** What the new client may do is decided anew, also whether it may speak for others. */
  private Step xclient(Command.Xclient claim) {
    if (!isFrontEnd()) {
      return say(Replies.NOT_A_FRONT_END);
    }
    if (transaction != null) {
      return say(Replies.MAIL_BEFORE);
    }
    turn = Turn.OVER;
    Origin claimed =
        new Origin(claim.address().orElse(origin.address()), claim.helo(), claim.esmtp());
    return new Step.Restart(new SmtpSession(site, listener, claimed, policyAnswers));
  }

  /** The server ends the session: a time limit, the stop, or a client that talked first. */
  Step onEnd(SmtpReply reason) {
    return bye(reason);
  }

  private Client asClient() {
    return new Client(origin.address().getHostAddress(), helo, listener.name(), trusted);
  }

  /** Who makes one error after the other is guessing, or broken. */
  private Step counted(Step step) {
    return step instanceof Step.Say(SmtpReply reply, boolean _)
            && reply.isPermanent()
            && ++errors > limits.errorsMax()
        ? bye(Replies.TOO_MANY_ERRORS)
        : step;
  }

  private static Step say(SmtpReply reply) {
    return new Step.Say(reply, false);
  }

  private Step bye(SmtpReply reply) {
    turn = Turn.OVER;
    return new Step.Say(reply, true);
  }

  private void expect(Turn expected) {
    if (turn != expected) {
      throw new IllegalStateException("it is the turn of " + turn + ", not of " + expected);
    }
  }
}
