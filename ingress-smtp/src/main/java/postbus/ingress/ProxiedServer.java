package postbus.ingress;

import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.SslChannelProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import postbus.site.HostList;

/**
 * A server whose connections begin with a PROXY header (haproxy's proxy-protocol.txt, version 1 or
 * 2), which Vert.x reads before anything else, TLS included; the address that it names is then the
 * connection's remote address. One that names none (LOCAL, UNKNOWN) has its own.
 *
 * <p>Guarantee: of a peer that is no proxy of ours not an octet is read. A header that is
 * malformed, or late, closes the connection. Limit: Vert.x offers no place to look at a peer before
 * its header, hence the class of its own, below its published interface.
 */
final class ProxiedServer extends NetServerImpl {
  /** For the whole header; the protocol wants at least 3 s, for a lost segment. */
  static final Duration HEADER_WAIT = Duration.ofSeconds(5);

  private final HostList proxies;
  private final ListenerMeters meters;

  ProxiedServer(
      VertxInternal vertx, NetServerOptions options, HostList proxies, ListenerMeters meters) {
    // Vert.x would measure the silence before the header, not the header.
    super(vertx, options.setUseProxyProtocol(true).setProxyProtocolTimeout(0));
    this.proxies = proxies;
    this.meters = meters;
    exceptionHandler(failure -> {
      if (failure instanceof HAProxyProtocolException) {
        meters.badProxyHeader();
      }
    });
  }

  @Override
  protected BiConsumer<Channel, SslChannelProvider> childHandler(
      ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
    BiConsumer<Channel, SslChannelProvider> reader = super.childHandler(context, address, shaping);
    return (channel, tls) -> {
      if (channel.remoteAddress() instanceof InetSocketAddress peer
          && proxies.contains(peer.getAddress())) {
        reader.accept(channel, tls);
        channel
            .eventLoop()
            .schedule(() -> late(channel), HEADER_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      } else {
        meters.notAProxy();
        channel.close();
      }
    };
  }

  private void late(Channel channel) {
    if (channel.isOpen() && channel.pipeline().get(HAProxyMessageDecoder.class) != null) {
      meters.badProxyHeader();
      channel.close();
    }
  }
}
