package postbus.smtp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A server that says what it is told to, whether it makes sense or not. */
final class TellingServer implements AutoCloseable {
  private final ServerSocket listener;
  private final UnaryOperator<String> replies;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /**
   * @param replies to each command, content of BDAT left out; empty for none, more than one line
   *     for several
   */
  TellingServer(UnaryOperator<String> replies) {
    this.replies = replies;
    try {
      listener = new ServerSocket();
      listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** A good server's replies, where a test wants no others. */
  static String good(String command) {
    return command.equals("DATA") ? "354 Go ahead" : "250 2.0.0 OK";
  }

  Server server() {
    return new Server("telling", listener.getInetAddress(), listener.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> talk(socket));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void talk(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      say(socket, "220 telling");
      for (String command = line(in); !command.isEmpty(); command = line(in)) {
        if (command.startsWith("BDAT ")) {
          in.readNBytes(Integer.parseInt(command.split(" ")[1]));
        }
        say(socket, replies.apply(command));
      }
    } catch (IOException e) {
      // The client went away, or the server was closed.
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
      line.append((char) octet);
    }
    return line.toString().strip();
  }

  private static void say(Socket socket, String reply) throws IOException {
    socket.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
