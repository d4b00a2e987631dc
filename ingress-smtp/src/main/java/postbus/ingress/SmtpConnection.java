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
import org.jboss.logging.Logger;

/**
 * One connection: brings its octets to its {@link Conversation}, holds them back while nobody reads
 * them, and keeps the time limits, from the pause before the greeting to the end.
 *
 * <p>Everything runs on the connection's event loop. While an answer is awaited octets are kept up
 * to a bound, so that the end of the connection is noticed. Replies of a pipelined group leave
 * together (RFC 2920).
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
  private final NetSocketInternal socket;
  private final Services services;
  private final InputBuffer input = new InputBuffer();
  private final ConnectionCounts.Place place;
  private final ReplyWriter replies;
  private final TlsSwitch tls;
  private final Conversation conversation;
  private long timer;
  private boolean greeted;
  private boolean stopping;

  SmtpConnection(
      Vertx vertx,
      NetSocket socket,
      Services services,
      SmtpSession session,
      ConnectionCounts.Place place,
      ListenerMeters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.socket = (NetSocketInternal) socket;
    this.services = services;
    this.place = place;
    this.replies = new ReplyWriter(socket);
    this.tls = new TlsSwitch(socket, context, meters, services.site().sessions());
    this.conversation =
        new Conversation(
            services, context, session, input, replies, tls, place, meters, this::onTurn);
  }

  /** Begins the session; {@code onClosed} is told once when the connection is gone. */
  void start(Runnable onClosed) {
    socket.handler(this::onOctets);
    socket.drainHandler(_ -> read());
    socket.exceptionHandler(e -> LOG.debugf(e, "connection of %s", socket.remoteAddress()));
    hearInputEnd();
    socket.closeHandler(_ -> {
      conversation.onGone();
      vertx.cancelTimer(timer);
      place.leave();
      onClosed.run();
    });
    timer = vertx.setPeriodic(conversation.tickMillis(), _ -> onTick());
    if (!conversation.session().beginsWithTls()) {
      open();
    } else if (place.isFull()) {
      socket.close(); // A handshake is dearer than the reply.
    } else {
      conversation.beginWithTls();
    }
  }

  /** The end of what a client says, in TLS or at all, need not be the end of what it hears. */
  private void hearInputEnd() {
    var channel = socket.channelHandlerContext();
    channel.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    socket.eventHandler(event -> {
      boolean isEnd =
          event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent;
      if (isEnd && !input.endsWith(LEAVE)) {
        channel.close();
      }
    });
  }

  private void open() {
    SmtpSession session = conversation.session();
    if (session.isStranger() && input.size() > 0) {
      conversation.end(Replies.TALKED_FIRST);
      return;
    }
    long pauseMillis =
        session.isStranger() && !place.isFull()
            ? services.greetingPause().millis(session.client())
            : 0;
    if (pauseMillis == 0) {
      greet();
    } else {
      vertx.setTimer(pauseMillis, _ -> greet());
    }
  }

  private void greet() {
    if (!conversation.isClosed()) {
      greeted = true;
      conversation.greet();
    }
  }

  private void onTurn() {
    if (!greeted) {
      open();
    }
    if (greeted) {
      read();
    }
  }

  private void onOctets(Buffer octets) {
    if (conversation.isClosed()) {
      return;
    }
    if (tls.isAwaited() && !tls.isOn()) {
      if (!tls.takes(octets)) {
        conversation.end(Replies.TALKED_BEFORE_TLS);
      }
      return;
    }
    input.append(octets.getBytes());
    if (tls.isAwaited()) {
      return;
    }
    if (greeted) {
      read();
    } else {
      conversation.end(Replies.TALKED_FIRST);
    }
  }

  private void read() {
    if (conversation.isRunning()) {
      return;
    }
    conversation.read();
    if (stopping) {
      endUnlessInHand();
    }
    if (conversation.isClosed()) {
      return;
    }
    replies.flush();
    if (replies.isFull() || input.size() > INPUT_MAX) {
      socket.pause();
    } else {
      socket.resume();
    }
  }

  private void endUnlessInHand() {
    if (tls.isAwaited()) {
      socket.channelHandlerContext().close(); // Nothing can be said in between.
    } else if (conversation.isIdle()) {
      conversation.end(Replies.STOPPING);
    }
  }

  /** Ends the session as soon as no mail is in hand. Called from any thread. */
  void stop() {
    context.runOnContext(_ -> {
      stopping = true;
      read();
    });
  }

  /** Vert.x would wait until the last reply has left; a client that does not read is cut off. */
  private void onTick() {
    if (conversation.look()) {
      socket.channelHandlerContext().close();
    }
  }
}
