package postbus.ingress;

import io.vertx.core.Context;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.mail.SmtpReply;
import postbus.mail.TlsUsed;

/**
 * What is said in one connection: cuts the octets that came into command lines, feeds {@link
 * SmtpSession}, and does what it says. Contents are {@link MailInHand}'s.
 *
 * <p>On the connection's event loop, whereto answers from other threads are brought. Nothing is
 * read while an answer is awaited. The socket is {@link SmtpConnection}'s.
 */
final class Conversation {
  private static final Logger LOG = Logger.getLogger(Conversation.class);

  private final Services services;
  private final Context context;
  private final InputBuffer input;
  private final ReplyWriter replies;
  private final TlsSwitch tls;
  private final ConnectionCounts.Place place;
  private final Runnable onTurn;
  private final SessionClock clock;
  private final MailInHand mail;
  private SmtpSession session;
  private CommandLines lines;
  private boolean running;
  private boolean busy;
  private boolean closed;

  /**
   * @param onTurn called when something that was awaited is there, and it is the client's turn
   */
  Conversation(
      Services services,
      Context context,
      SmtpSession session,
      InputBuffer input,
      ReplyWriter replies,
      TlsSwitch tls,
      ConnectionCounts.Place place,
      ListenerMeters meters,
      Runnable onTurn) {
    this.services = services;
    this.context = context;
    this.session = session;
    this.input = input;
    this.replies = replies;
    this.tls = tls;
    this.place = place;
    this.onTurn = onTurn;
    this.clock = new SessionClock(services.site().sessions());
    this.lines = CommandLines.of(services.site(), session.isTrusted());
    this.mail = new MailInHand(this, input, services, meters);
  }

  /** The session as it is now: XCLIENT begins another one. */
  SmtpSession session() {
    return session;
  }

  void greet() {
    act(now -> now.onConnect(place.isFull()));
  }

  /** Reads as long as there is something to read and no answer to wait for. */
  void read() {
    running = true;
    boolean more = true;
    while (more && !busy && !closed && input.size() > 0 && !replies.isFull()) {
      if (mail.isReading()) {
        clock.heard();
        mail.read();
      } else {
        more = readCommand();
      }
    }
    running = false;
  }

  private boolean readCommand() {
    Optional<Command> command = lines.next(input, session.isAsking());
    command.ifPresent(said -> {
      clock.heard();
      if (said.endsGroup() && input.size() > 0 && !session.isTrusted()) {
        end(Replies.NOT_WAITED);
      } else {
        act(now -> now.on(said));
      }
      mail.onCommand();
    });
    return command.isPresent();
  }

  /** Asks the session what to do, and does it. A bug of ours ends this session alone. */
  void act(Function<SmtpSession, Step> question) {
    try {
      take(question.apply(session));
    } catch (RuntimeException e) {
      LOG.errorf(e, "session of %s", session.client());
      end(Replies.BROKEN);
    }
  }

  private void take(Step step) {
    switch (step) {
      case Step.Say(SmtpReply reply, boolean close) -> say(reply, close);
      case Step.Challenge(SmtpReply reply) -> say(reply, false);
      case Step.AskLogin(var question) ->
          await(services.logins().ask(question), answer -> act(now -> now.onLoginAnswer(answer)));
      case Step.AskSender(var question) ->
          await(services.senders().ask(question), reply -> act(now -> now.onSenderAnswer(reply)));
      case Step.AskRecipient(var asked) ->
          await(services.recipients().ask(asked), told -> act(now -> now.onRecipientAnswer(told)));
      case Step.BeginContent content -> {
        mail.beginData(content);
        say(content.goAhead(), false);
      }
      case Step.ReadChunk chunk -> mail.beginChunk(chunk);
      case Step.SkipChunk(long octets) -> mail.skipChunk(octets);
      case Step.Submit whole -> mail.submit(whole);
      case Step.StartTls(SmtpReply goAhead) -> startTls(goAhead);
      case Step.Restart(SmtpSession next) -> {
        session = next;
        lines = CommandLines.of(services.site(), next.isTrusted());
        place.give(next.client(), !next.isStranger());
        greet();
      }
    }
  }

  /** Whoever talks on in clear text may be somebody between us and the client (CVE-2011-0411). */
  private void startTls(SmtpReply goAhead) {
    if (input.size() > 0) {
      end(Replies.TALKED_BEFORE_TLS);
    } else {
      busy = true;
      tls.afterClear(() -> say(goAhead, false), this::onTls);
    }
  }

  /** The client, who hears nothing before, begins with a handshake. */
  void beginWithTls() {
    busy = true;
    tls.fromTheStart(this::onTls);
  }

  private void onTls(TlsUsed used) {
    busy = false;
    clock.heard();
    session.onTls(used);
    onTurn.run();
  }

  /** Reads nothing until the answer is there; nobody is told when the client has gone. */
  <T> void await(CompletionStage<T> answer, Consumer<T> then) {
    busy = true;
    replies.flush();
    answer.whenComplete(
        (value, failure) -> context.runOnContext(_ -> onAnswer(value, failure, then)));
  }

  private <T> void onAnswer(T value, @Nullable Throwable failure, Consumer<T> then) {
    busy = false;
    clock.heard();
    if (closed || failure != null) {
      mail.giveBack();
    }
    if (failure == null && !closed) {
      then.accept(value);
      onTurn.run();
    } else if (failure != null && !closed) {
      LOG.errorf(failure, "session of %s", session.client());
      end(Replies.BROKEN);
    }
  }

  private void say(SmtpReply reply, boolean close) {
    replies.add(reply);
    if (close) {
      giveUp();
      clock.heard();
      replies.end();
    } else if (!running) {
      replies.flush();
    }
  }

  /** Ends the session with this reply, unless it has ended. */
  void end(SmtpReply reason) {
    if (!closed) {
      take(session.onEnd(reason));
    }
  }

  /** Whether octets are being read at this moment. */
  boolean isRunning() {
    return running;
  }

  /** Whether no more is heard of what the client says. */
  boolean isClosed() {
    return closed;
  }

  /** Whether no mail is in hand. */
  boolean isIdle() {
    return !busy && !closed && !mail.isReading();
  }

  /** How often to {@link #look}. */
  long tickMillis() {
    return clock.tickMillis();
  }

  /** Ends a session whose client is too slow. True if the connection is to be cut off. */
  boolean look() {
    if (!closed && mail.isTooSlow(!busy)) {
      end(Replies.TOO_SLOW);
    }
    if (busy || !clock.isOver(mail.isReading())) {
      return tls.isOverdue();
    }
    boolean lasts = closed;
    end(Replies.TIME_IS_UP);
    return lasts;
  }

  private void giveUp() {
    closed = true;
    if (tls.isAwaited()) {
      tls.giveUp();
      busy = false;
    }
  }

  /** The connection is gone; a mail in hand is given back, unless the log has it. */
  void onGone() {
    giveUp();
    mail.onGone(busy);
  }
}
