package postbus.ingress;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.nio.charset.StandardCharsets;
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
 * One connection: cuts the octets into command lines and contents, feeds {@link SmtpSession}, does
 * what it says, and keeps the time limits.
 *
 * <p>Everything runs on the connection's event loop; answers that come from other threads are
 * brought there. While an answer is awaited octets are kept up to a bound, so that the end of the
 * connection is noticed. Replies of a pipelined group leave together (RFC 2920).
 */
final class SmtpConnection {
  private static final Logger LOG = Logger.getLogger(SmtpConnection.class);

  /** Octets that wait to be read before the socket is paused. */
  private static final int INPUT_MAX = 64 << 10;

  /**
   * Who has said this ahead, as Exim does behind its last chunk, waits for its replies after the
   * end of what it says. Anybody else has gone.
   */
  private static final byte[] LEAVE = "QUIT\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx;
  private final Context context;
  private final NetSocket socket;
  private final Services services;
  private final InputBuffer input = new InputBuffer();
  private final ConnectionCounts.Place place;
  private final ReplyWriter replies;
  private final SessionClock clock;
  private final DataRate rate;
  private final ListenerMeters meters;
  private final Contents contents;
  private final TlsSwitch tls;
  private SmtpSession session;
  private CommandLines lines;
  private long dot;
  private long timer;
  private boolean greeted;
  private boolean running;
  private boolean busy;
  private boolean closed;
  private boolean stopping;
  private @Nullable CompletableFuture<SmtpReply> submission;

  SmtpConnection(
      Vertx vertx,
      NetSocket socket,
      Services services,
      SmtpSession session,
      ConnectionCounts.Place place,
      ListenerMeters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.socket = socket;
    this.services = services;
    this.session = session;
    this.place = place;
    this.meters = meters;
    this.clock = new SessionClock(services.site().sessions());
    this.rate = new DataRate(services.site().sessions().manners(), System::nanoTime);
    this.lines = lines();
    this.replies = new ReplyWriter(socket);
    this.tls = new TlsSwitch(socket, context, meters);
    this.contents = new Contents(services.site().sessions(), services.memory(), services.store());
  }

  private CommandLines lines() {
    Site site = services.site();
    CommandParser parser = new CommandParser(site.primaryHostname(), session.isTrusted());
    return new CommandLines(parser, site.sessions().commandLineMax());
  }

  /** Begins the session; {@code onClosed} is told once when the connection is gone. */
  void start(Runnable onClosed) {
    socket.handler(this::onOctets);
    socket.drainHandler(_ -> read());
    socket.exceptionHandler(e -> LOG.debugf(e, "connection of %s", socket.remoteAddress()));
    hearInputEnd();
    socket.closeHandler(_ -> {
      onClosed();
      place.leave();
      onClosed.run();
    });
    timer = vertx.setPeriodic(clock.tickMillis(), _ -> onTick());
    if (!session.beginsWithTls()) {
      open();
    } else if (place.isFull()) {
      socket.close(); // A handshake is dearer than the reply.
    } else {
      busy = true;
      tls.fromTheStart(this::onTls);
    }
  }

  private void open() {
    long pauseMillis =
        session.isTrusted() || place.isFull()
            ? 0
            : services.greetingPause().millis(session.client());
    if (pauseMillis == 0) {
      greet();
    } else if (input.size() > 0) {
      end(Replies.TALKED_FIRST);
    } else {
      vertx.setTimer(pauseMillis, _ -> greet());
    }
  }

  private void greet() {
    if (!closed) {
      greeted = true;
      act(() -> session.onConnect(place.isFull()));
    }
  }

  private void onOctets(Buffer octets) {
    if (closed) {
      return;
    }
    if (tls.isAwaited() && !tls.isOn()) {
      if (!tls.takes(octets)) {
        end(Replies.TALKED_BEFORE_TLS);
      }
      return;
    }
    input.append(octets.getBytes());
    if (tls.isAwaited()) {
      return;
    }
    if (!greeted) {
      end(Replies.TALKED_FIRST);
      return;
    }
    read();
  }

  /** Reads as long as there is something to read and no answer to wait for. */
  private void read() {
    if (running) {
      return;
    }
    running = true;
    boolean more = true;
    while (more && !busy && !closed && input.size() > 0 && !socket.writeQueueFull()) {
      more = contents.isReading() ? readContent() : readCommand();
    }
    running = false;
    if (stopping && !busy && !closed && !contents.isReading()) {
      end(Replies.STOPPING);
    }
    if (closed) {
      return;
    }
    replies.flush();
    if (socket.writeQueueFull() || input.size() > INPUT_MAX) {
      socket.pause();
    } else {
      socket.resume();
    }
  }

  private boolean readCommand() {
    Optional<Command> command = lines.next(input);
    command.ifPresent(said -> {
      clock.heard();
      rate.rest();
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
      CompletableFuture<Content> stored = new CompletableFuture<>();
      Thread.startVirtualThread(() -> stored.complete(contents.finish()));
      await(stored, this::onFinished);
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
      LOG.errorf(e, "session of %s", socket.remoteAddress());
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
        place.give(next.client(), next.isTrusted());
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

  private void onTls(TlsUsed used) {
    busy = false;
    clock.heard();
    session.onTls(used);
    if (!greeted) {
      open();
    }
    if (greeted) {
      read();
    }
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
    if (closed) {
      contents.discard();
      return;
    }
    if (failure != null) {
      LOG.errorf(failure, "session of %s", socket.remoteAddress());
      end(Replies.BROKEN);
      return;
    }
    then.accept(value);
    read();
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

  private void end(SmtpReply reason) {
    if (!closed) {
      take(session.onEnd(reason));
    }
  }

  /** Ends the session as soon as no mail is in hand. Called from any thread. */
  void stop() {
    context.runOnContext(_ -> {
      stopping = true;
      read();
    });
  }

  private void onTick() {
    if (!closed && rate.isTooLow(!busy && contents.isReading())) {
      end(Replies.TOO_SLOW);
    }
    if (busy || !clock.isOver(contents.isReading())) {
      return;
    }
    if (closed) {
      // Vert.x would wait until the last reply has left; this client does not read.
      ((NetSocketInternal) socket).channelHandlerContext().close();
    } else {
      end(Replies.TIME_IS_UP);
    }
  }

  /** The end of what a client says, in TLS or at all, need not be the end of what it hears. */
  private void hearInputEnd() {
    var internal = (NetSocketInternal) socket;
    var config = internal.channelHandlerContext().channel().config();
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    internal.eventHandler(event -> {
      boolean isEnd =
          event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent;
      if (isEnd && !input.endsWith(LEAVE)) {
        internal.channelHandlerContext().close();
      }
    });
  }

  private void giveUp() {
    closed = true;
    if (tls.isAwaited()) {
      tls.giveUp();
      busy = false;
    }
  }

  private void onClosed() {
    giveUp();
    vertx.cancelTimer(timer);
    if (submission != null) {
      submission.cancel(false);
    } else if (!busy) {
      contents.discard();
    }
  }
}
