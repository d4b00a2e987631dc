package postbus.ingress;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import postbus.site.SessionLimits;
import postbus.site.Site;

/** One address on which SMTP is served, by as many event loops as there are processors. */
final class SmtpListener {
  private final Vertx vertx;
  private final Services services;
  private final Site.Listener listener;
  private final Optional<ListenerKeys> keys;
  private final ConnectionCounts counts;
  private final ListenerMeters meters;
  private final Set<SmtpConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile int port;
  private volatile boolean stopping;
  private volatile @Nullable String deployment;

  /**
   * @param keys if the listener speaks TLS
   */
  SmtpListener(
      Vertx vertx, Services services, Site.Listener listener, Optional<ListenerKeys> keys) {
    this.keys = keys;
    this.vertx = vertx;
    this.services = services;
    this.listener = listener;
    SessionLimits limits = services.site().sessions();
    this.meters =
        new ListenerMeters(
            listener.name(), connections::size, limits, () -> keys.map(ListenerKeys::expiry));
    this.counts = new ConnectionCounts(limits.connectionsMax(), limits.connectionsPerClientMax());
  }

  String name() {
    return listener.name();
  }

  int port() {
    return port;
  }

  int sessions() {
    return connections.size();
  }

  /** Binds the address. Several servers share a port only if it is named. */
  Future<?> open() {
    boolean named = listener.address().getPort() != 0;
    int loops = named ? Runtime.getRuntime().availableProcessors() : 1;
    return vertx
        .deployVerticle(Loop::new, new DeploymentOptions().setInstances(loops))
        .onSuccess(id -> deployment = id);
  }

  /** The listener on one event loop. */
  private final class Loop extends AbstractVerticle {
    @Override
    public void start(Promise<Void> started) {
      NetServerOptions options = new NetServerOptions().setTcpNoDelay(true).setTcpKeepAlive(true);
      keys.ifPresent(live -> TlsSwitch.prepare(options, live, services.site().sessions()));
      NetServer server = server(options);
      server.connectHandler(SmtpListener.this::onConnect);
      server
          .listen(SocketAddress.inetSocketAddress(listener.address()))
          .onSuccess(bound -> port = bound.actualPort())
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  private NetServer server(NetServerOptions options) {
    return listener
        .frontEnds()
        .proxies()
        .<NetServer>map(
            proxies -> new ProxiedServer((VertxInternal) vertx, options, proxies, meters))
        .orElseGet(() -> vertx.createNetServer(options));
  }

  private void onConnect(NetSocket socket) {
    SocketAddress remote = socket.remoteAddress();
    if (remote == null || stopping) {
      socket.end(Buffer.buffer(Replies.STOPPING + "\r\n"));
      return;
    }
    if (remote.hostAddress() == null) {
      meters.badProxyHeader(); // It names a socket in the file system of the proxy.
      socket.close();
      return;
    }
    Origin client = Origin.of(address(remote));
    SmtpSession session = new SmtpSession(services.site(), listener, client, services);
    ConnectionCounts.Place place = counts.come(client.address(), !session.isStranger());
    SmtpConnection connection = new SmtpConnection(vertx, socket, services, session, place, meters);
    connections.add(connection);
    meters.connected();
    connection.start(() -> connections.remove(connection));
  }

  /** Without the zone of a link-local address, which means something to this host alone. */
  private static InetAddress address(SocketAddress remote) {
    String literal = remote.hostAddress();
    int zone = literal.indexOf('%');
    return InetAddress.ofLiteral(zone < 0 ? literal : literal.substring(0, zone));
  }

  /** New connections are turned away, idle ones end, and mails in hand are finished. */
  void stop() {
    stopping = true;
    connections.forEach(SmtpConnection::stop);
  }

  /** Frees the address and cuts off what is still connected. */
  void close() {
    String id = deployment;
    if (id != null) {
      vertx.undeploy(id);
    }
  }
}
