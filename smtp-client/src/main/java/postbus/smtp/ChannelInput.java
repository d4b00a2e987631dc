package postbus.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Reads a channel, and tells, other than the JDK's streams over channels, whether more is there.
 */
final class ChannelInput extends InputStream {
  private final SocketChannel channel;
  private final ByteBuffer seen = ByteBuffer.allocate(1).flip();

  ChannelInput(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] octets, int from, int length) throws IOException {
    if (seen.hasRemaining() && length > 0) {
      octets[from] = seen.get();
      return 1;
    }
    return channel.read(ByteBuffer.wrap(octets, from, length));
  }

  /** 0 or 1; the end counts as nothing. */
  @Override
  public int available() throws IOException {
    if (!seen.hasRemaining()) {
      seen.clear();
      channel.configureBlocking(false);
      try {
        channel.read(seen);
      } finally {
        channel.configureBlocking(true);
        seen.flip();
      }
    }
    return seen.remaining();
  }
}
