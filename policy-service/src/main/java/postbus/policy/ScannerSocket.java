package postbus.policy;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import postbus.site.Place;

/** A connection to a scanner: one question, one answer. A thread that is interrupted closes it. */
final class ScannerSocket implements AutoCloseable {
  /** For the connection; a scanner in the same network answers in milliseconds. */
  static final Duration CONNECT_WAIT = Duration.ofSeconds(2);

  private static final int BLOCK_OCTETS = 16 << 10;

  private final SocketChannel channel;

  private ScannerSocket(SocketChannel channel) {
    this.channel = channel;
  }

  static ScannerSocket connect(Place place) throws IOException {
    try {
      return connected(place);
    } catch (IOException e) {
      throw new ScannerDown(e);
    }
  }

  private static ScannerSocket connected(Place place) throws IOException {
    SocketChannel channel =
        switch (place) {
          case Place.Tcp _ -> SocketChannel.open();
          case Place.Socket _ -> SocketChannel.open(StandardProtocolFamily.UNIX);
        };
    try {
      switch (place) {
        case Place.Tcp(var host) -> {
          InetSocketAddress address = new InetSocketAddress(host.name(), host.port());
          if (address.isUnresolved()) {
            throw new UnknownHostException(host.name());
          }
          channel.socket().connect(address, (int) CONNECT_WAIT.toMillis());
        }
        case Place.Socket(var path) -> channel.connect(UnixDomainSocketAddress.of(path));
      }
      return new ScannerSocket(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** To be flushed. */
  OutputStream out() {
    return new BufferedOutputStream(Channels.newOutputStream(channel), BLOCK_OCTETS);
  }

  /** Says that the question has ended. */
  void endQuestion() throws IOException {
    channel.shutdownOutput();
  }

  /**
   * The answer, to its end.
   *
   * @throws ProtocolException if it is longer than this
   * @throws EOFException if there is none
   */
  byte[] answer(int octetsMax) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    byte[] answer = in.readNBytes(octetsMax + 1);
    if (answer.length > octetsMax) {
      throw new ProtocolException("an answer of more than " + octetsMax + " octets");
    }
    if (answer.length == 0) {
      throw new EOFException("the connection was closed without an answer");
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
