package postbus.ingress;

import io.vertx.core.Context;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.log.Mail;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;
import postbus.mail.TlsUsed;
import postbus.site.Site;

/**
 * What is said in one connection: cuts the octets that came into command lines and contents, feeds
 * {@link SmtpSession}, and does what it says.
 *
 * <p>Everything runs on the connection's event loop; answers that come from other threads are
 * brought there. Nothing is read while an answer is awaited. Limit: octets, their pace and the
 * clock are {@link SmtpConnection}'s.
 */
final class Conversation {
  private static final Logger LOG = Logger.getLogger(Conversation.class);

  private final Services services;
  private final Context context;
  private final InputBuffer input;
  private final ReplyWriter replies;
  private final TlsSwitch tls;
  private final ConnectionCounts.Place place;
  private final ListenerMeters meters;
  private final Runnable onTurn;
  private final SessionClock clock;
  private final DataRate rate;
  private final Contents contents;
  private SmtpSession session;
  private CommandLines lines;
  private long dot;
  private boolean running;
  private boolean busy;
  private boolean closed;
  private @Nullable CompletableFuture<SmtpReply> submission;

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
    this.meters = meters;
    this.onTurn = onTurn;
    this.clock = new SessionClock(services.site().sessions());
    this.rate = new DataRate(services.site().sessions().manners(), System::nanoTime);
    this.lines = lines();
    this.contents = new Contents(services.site().sessions(), services.memory(), services.store());
  }

  private CommandLines lines() {
    Site site = services.site();
    CommandParser parser = new CommandParser(site.primaryHostname(), session.isTrusted());
    return new CommandLines(parser, site.sessions().commandLineMax());
  }

  /** The session as it is now: XCLIENT begins another one. */
  SmtpSession session() {
    return session;
  }

  void greet() {
    act(() -> session.onConnect(place.isFull()));
  }

  /** Reads as long as there is something to read and no answer to wait for. */
  void read() {
    running = true;
    boolean more = true;
    while (more && !busy && !closed && input.size() > 0 && !replies.isFull()) {
      more = contents.isReading() ? readContent() : readCommand();
    }
    running = false;
  }

  private boolean readCommand() {
    Optional<Command> command = lines.next(input);
    command.ifPresent(said -> {
      clock.heard();
      if (!session.isGathering()) {
        rate.rest();
      }
      if (said.endsGroup() && input.size() > 0 && !session.isTrusted()) {
        end(Replies.NOT_WAITED);
      } else {
        act(() -> session.on(said));
      }
      discardChunks();
    });
    return command.isPresent();
  }

  private boolean readContent() {
    clock.heard();
    int before = input.size();
    Contents.Progress progress = contents.read(input);
    rate.took(before - input.size());
    switch (progress) {
      case MORE -> {}
      case CHUNK -> {
        Optional<SmtpReply> refusal = contents.refusal();
        refusal.ifPresent(reply -> meters.replied(reply, System.nanoTime()));
        act(() -> session.onChunk(refusal));
        discardChunks();
      }
      case SKIPPED_CHUNK -> act(session::onChunkSkipped);
      case WHOLE -> onContentEnd();
      case ENDLESS -> end(Replies.WILL_NOT_END);
    }
    return true;
  }

  /** Chunks are kept as long as their mail is. */
  private void discardChunks() {
    if (!session.isGathering()) {
      contents.discardChunks();
    }
  }

  private void onContentEnd() {
    dot = System.nanoTime();
    if (contents.finishBlocks()) {
      await(
          CompletableFuture.supplyAsync(contents::finish, Thread::startVirtualThread),
          this::onFinished);
    } else {
      onFinished(contents.finish());
    }
  }

  private void onFinished(Content finished) {
    if (finished instanceof Content.Refused(SmtpReply reply)) {
      meters.replied(reply, dot);
    }
    act(() -> session.onContentEnd(finished));
  }

  /** Asks the session what to do, and does it. A bug of ours ends this session alone. */
  private void act(Supplier<Step> question) {
    try {
      take(question.get());
    } catch (RuntimeException e) {
      LOG.errorf(e, "session of %s", session.client());
      end(Replies.BROKEN);
    }
  }

  private void take(Step step) {
    switch (step) {
      case Step.Say(SmtpReply reply, boolean close) -> say(reply, close);
      case Step.AskRecipient(RecipientQuestion question) ->
          await(
              services.recipients().ask(question),
              reply -> act(() -> session.onRecipientAnswer(reply)));
      case Step.BeginContent(SmtpReply goAhead, MailId id) -> {
        contents.beginData(id);
        say(goAhead, false);
      }
      case Step.ReadChunk(MailId id, long octets, boolean isLast) -> {
        contents.beginChunk(id, octets, isLast);
        onChunkBegun(octets);
      }
      case Step.SkipChunk(long octets) -> {
        contents.skipChunk(octets);
        onChunkBegun(octets);
      }
      case Step.Submit(Envelope envelope) -> submit(envelope);
      case Step.StartTls(SmtpReply goAhead) -> startTls(goAhead);
      case Step.Restart(SmtpSession next) -> {
        session = next;
        lines = lines();
        place.give(next.client(), !next.isStranger());
        greet();
      }
    }
  }

  /** An empty chunk is there already. */
  private void onChunkBegun(long octets) {
    if (octets == 0) {
      readContent();
    }
  }

  /** Whoever talks on in clear text may be somebody between us and the client (CVE-2011-0411). */
  private void startTls(SmtpReply goAhead) {
    if (input.size() > 0) {
      end(Replies.TALKED_BEFORE_TLS);
      return;
    }
    busy = true;
    tls.afterClear(() -> say(goAhead, false), this::onTls);
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

  private void submit(Envelope envelope) {
    submission = services.intake().take(new Mail(envelope, contents.inline()));
    await(
        submission,
        reply -> {
          submission = null;
          meters.replied(reply, dot);
          if (reply.isPositive()) {
            meters.took(envelope.body().size());
            services.greetingPause().knows(session.client());
          }
          contents.discard();
          act(() -> session.onSubmitted(reply));
        });
  }

  /** Reads nothing until the answer is there; nobody is told when the client has gone. */
  private <T> void await(CompletionStage<T> answer, Consumer<T> then) {
    busy = true;
    replies.flush();
    answer.whenComplete(
        (value, failure) -> context.runOnContext(_ -> onAnswer(value, failure, then)));
  }

  private <T> void onAnswer(T value, @Nullable Throwable failure, Consumer<T> then) {
    busy = false;
    clock.heard();
    if (closed || failure != null) {
      submission = null;
      contents.discard();
    }
    if (closed) {
      return;
    }
    if (failure != null) {
      LOG.errorf(failure, "session of %s", session.client());
      end(Replies.BROKEN);
      return;
    }
    then.accept(value);
    onTurn.run();
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

  /** Whether an answer is awaited. */
  boolean isBusy() {
    return busy;
  }

  /** Whether no more is heard of what the client says. */
  boolean isClosed() {
    return closed;
  }

  /** Whether no mail is in hand. */
  boolean isIdle() {
    return !busy && !closed && !contents.isReading();
  }

  /** How often to {@link #look}. */
  long tickMillis() {
    return clock.tickMillis();
  }

  /** Ends a session whose client is too slow. True if the connection is to be cut off. */
  boolean look() {
    if (tls.isOverdue()) {
      return true;
    }
    boolean awaitsContent = contents.isReading() || session.isGathering();
    if (!closed && rate.isTooLow(!busy && awaitsContent)) {
      end(Replies.TOO_SLOW);
    }
    if (busy || !clock.isOver(contents.isReading())) {
      return false;
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
    if (submission != null) {
      submission.cancel(false);
    } else if (!busy) {
      contents.discard();
    }
  }
}
