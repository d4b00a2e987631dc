package postbus.smtp;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import postbus.mail.SmtpReply;
import postbus.smtp.ReplyTimes.Awaited;

/** Lines to a server and replies from it, in clear or over TLS, none of it longer than its wait. */
final class Wire implements Closeable {
  private static final int BUFFER_OCTETS = 64 << 10;

  private final Peer peer;
  private final Closeable socket;
  private final Deadline deadline;
  private final ReplyTimes times;
  private long sentAtNanos = System.nanoTime();
  private boolean isUnsent;
  private ReplyReader replies;
  private OutputStream out;
  private boolean isTls;
  private boolean isVerified;

  private Wire(
      Peer peer,
      Closeable socket,
      Deadline deadline,
      ReplyTimes times,
      InputStream in,
      OutputStream out) {
    this.peer = peer;
    this.socket = socket;
    this.deadline = deadline;
    this.times = times;
    this.replies = new ReplyReader(in);
    this.out = new BufferedOutputStream(out, BUFFER_OCTETS);
  }

  /** Connects from a source address. */
  static Wire connect(InetAddress source, Server server, Duration wait, ReplyTimes times)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.bind(new InetSocketAddress(source, 0));
      socket.connect(
          new InetSocketAddress(server.address(), server.port()), Math.toIntExact(wait.toMillis()));
      return new Wire(
          server,
          socket,
          new Deadline(socket),
          times,
          socket.getInputStream(),
          socket.getOutputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Connects to a socket of this host. */
  static Wire connect(Peer.Socket peer, Duration wait, ReplyTimes times) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    Deadline deadline = new Deadline(channel);
    try {
      deadline.within(wait); // a server that hangs takes no more connections at some time
      channel.connect(UnixDomainSocketAddress.of(peer.path()));
      deadline.none();
      return new Wire(
          peer,
          channel,
          deadline,
          times,
          new ChannelInput(channel),
          Channels.newOutputStream(channel));
    } catch (IOException | RuntimeException e) {
      deadline.close();
      channel.close();
      if (deadline.hasPassed()) {
        throw new IOException("no connection in time", e);
      }
      throw e;
    }
  }

  Peer peer() {
    return peer;
  }

  boolean isTls() {
    return isTls;
  }

  /** Whether the server has proved by a trusted certificate that it is the host we looked for. */
  boolean isVerified() {
    return isVerified;
  }

  /** Puts a command among what the next {@link #reply} sends first. */
  void write(String line) throws IOException {
    if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line end inside a command: " + line);
    }
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    isUnsent = true;
  }

  /**
   * To be called when every reply has been read.
   *
   * @throws MalformedReply if there is another: it, and whatever follows, would be taken for the
   *     reply to a wrong command, and a refusal for the word that a mail was taken
   */
  void expectSilence() throws IOException {
    if (replies.hasMore()) {
      throw new MalformedReply("a reply to no command");
    }
  }

  /** As {@link #reply(Duration)}, and tells how long it took. */
  SmtpReply reply(Awaited awaited, Duration wait) throws IOException {
    SmtpReply reply = reply(wait);
    times.replied(awaited, System.nanoTime() - sentAtNanos);
    return reply;
  }

  /** Sends what was written and waits for one reply. */
  SmtpReply reply(Duration wait) throws IOException {
    deadline.within(wait);
    out.flush();
    if (isUnsent) {
      isUnsent = false;
      sentAtNanos = System.nanoTime();
    }
    SmtpReply reply = replies.next();
    deadline.none();
    return reply;
  }

  /** For the content: each block that goes to the peer may take so long. */
  OutputStream content(Duration blockWait) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int octet) throws IOException {
        out.write(octet);
      }

      @Override
      public void write(byte[] octets, int offset, int length) throws IOException {
        deadline.within(blockWait);
        out.write(octets, offset, length);
      }

      @Override
      public void flush() throws IOException {
        deadline.within(blockWait);
        out.flush();
        deadline.none();
        isUnsent = false;
        sentAtNanos = System.nanoTime();
      }
    };
  }

  /**
   * The handshake after STARTTLS was answered 220. What the peer sent before it is dropped, so that
   * nobody between us can slip in replies (RFC 3207, section 4.2).
   */
  void secure(Handshake handshake, boolean verified, Duration wait) throws IOException {
    if (!(socket instanceof Socket plain) || !(peer instanceof Server server)) {
      throw new IllegalStateException("TLS is spoken over TCP alone");
    }
    deadline.within(wait);
    SSLSocket secured = handshake.over(plain, server, verified);
    deadline.none();
    replies = new ReplyReader(secured.getInputStream());
    out = new BufferedOutputStream(secured.getOutputStream(), BUFFER_OCTETS);
    isTls = true;
    isVerified = verified;
  }

  /** Whether a wait is over, and so the connection. */
  boolean isSilent() {
    return deadline.hasPassed();
  }

  /** What to say of a failure here. */
  String explain(Exception failure) {
    if (deadline.hasPassed()) {
      return "no answer in time";
    }
    String message = failure.getMessage();
    return failure instanceof SocketException && message != null
        ? message.toLowerCase(Locale.ROOT)
        : message == null ? failure.getClass().getSimpleName() : message;
  }

  /** At once, without a word; from any thread. */
  @Override
  public void close() {
    deadline.close();
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed either way.
    }
  }
}
