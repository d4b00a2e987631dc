package postbus.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import postbus.mail.TlsUsed;
import postbus.site.SessionLimits;

/**
 * Takes one connection from clear text to TLS, after STARTTLS (RFC 3207) or from its start (RFC
 * 8314).
 *
 * <p>Guarantee: what came in clear is never taken for what came in TLS, also if it came together
 * with STARTTLS, or waited to be read. A handshake that fails, or lasts too long, ends the
 * connection, counted and without a word in the log. On the connection's event loop; the
 * handshake's arithmetic is done elsewhere, so that it holds up no other session.
 */
final class TlsSwitch {
  /** For a whole handshake, unless a client has less time for a command. */
  private static final Duration HANDSHAKE_WAIT = Duration.ofSeconds(30);

  private static final Set<String> VERSIONS = Set.of("TLSv1.3", "TLSv1.2");

  static {
    // A client must not make us compute one handshake after the other in one session (TLS 1.2).
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private final NetSocketInternal socket;
  private final Context context;
  private final ListenerMeters meters;
  private final Duration wait;
  private @Nullable Buffer early;
  private boolean awaited;
  private long awaitedSince;
  private boolean fromTheStart;

  TlsSwitch(NetSocket socket, Context context, ListenerMeters meters, SessionLimits limits) {
    this.socket = (NetSocketInternal) socket;
    this.context = context;
    this.meters = meters;
    this.wait = wait(limits);
  }

  /** What a server needs so that its connections can be switched. */
  static void prepare(NetServerOptions options, ListenerKeys keys, SessionLimits limits) {
    options
        .setKeyCertOptions(KeyCertOptions.wrap(keys))
        .setEnabledSecureTransportProtocols(VERSIONS)
        .setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true))
        .setSslHandshakeTimeout(wait(limits).toMillis())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private static Duration wait(SessionLimits limits) {
    Duration command = limits.commandWait();
    return command.compareTo(HANDSHAKE_WAIT) < 0 ? command : HANDSHAKE_WAIT;
  }

  /** Switches a connection whose client begins with TLS. */
  void fromTheStart(Consumer<TlsUsed> then) {
    fromTheStart = true;
    begin(() -> {}, then);
  }

  /**
   * Switches a connection whose client has said STARTTLS, and may say nothing more until he has
   * heard the go-ahead.
   */
  void afterClear(Runnable goAhead, Consumer<TlsUsed> then) {
    begin(goAhead, then);
  }

  /** What the socket still holds back is handed out before: it did not come in TLS. */
  private void begin(Runnable goAhead, Consumer<TlsUsed> then) {
    awaited = true;
    awaitedSince = System.nanoTime();
    socket.resume();
    context.runOnContext(_ -> {
      if (awaited) {
        goAhead.run();
        shakeHands(then);
      }
    });
  }

  private void shakeHands(Consumer<TlsUsed> then) {
    socket.upgradeToSsl().onComplete(done -> onHandshake(done, then));
    if (early != null) {
      ByteBuf octets = Unpooled.wrappedBuffer(early.getBytes());
      early = null;
      socket.channelHandlerContext().pipeline().fireChannelRead(octets);
    }
  }

  private void onHandshake(AsyncResult<Void> done, Consumer<TlsUsed> then) {
    meters.handshook(done.succeeded());
    if (!done.succeeded()) {
      socket.close();
    } else if (awaited) {
      awaited = false;
      SSLSession session = socket.sslSession();
      then.accept(new TlsUsed(session.getProtocol(), session.getCipherSuite()));
    }
  }

  /** Whether the handshake has not come to its end: octets are not to be read as commands. */
  boolean isAwaited() {
    return awaited;
  }

  /**
   * Whether it has lasted too long, with the wait for a client that does not read its replies, and
   * so does not hear the go-ahead.
   */
  boolean isOverdue() {
    return awaited && System.nanoTime() - awaitedSince > wait.toNanos();
  }

  /**
   * Takes octets that came in while the handshake is awaited, if they are part of it.
   *
   * @return false if they are clear text where none may be
   */
  boolean takes(Buffer octets) {
    if (fromTheStart) {
      early = early == null ? octets.copy() : early.appendBuffer(octets);
    }
    return fromTheStart;
  }

  /** Whether octets that come in have been in TLS. */
  boolean isOn() {
    return socket.isSsl();
  }

  /** The connection ends. */
  void giveUp() {
    awaited = false;
  }
}
