package postbus.scenario;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The sockets of a proxy on this host: for each connection of a client, one to the server, from the
 * client's own address. When one of the two ends, so does the other.
 */
final class Relay implements AutoCloseable {
  private static final int CONNECTIONS_WAITING_MAX = 64;

  private final ServerSocket listener;
  private final int serverPort;
  private final Consumer<Pair> connected;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private Relay(int serverPort, Consumer<Pair> connected) throws IOException {
    this.serverPort = serverPort;
    this.connected = connected;
    listener =
        new ServerSocket(0, CONNECTIONS_WAITING_MAX, InetAddress.getByName(TestSite.THIS_HOST));
  }

  /**
   * To a server on this host.
   *
   * @param connected is to call {@link Pair#pump}
   */
  static Relay to(int serverPort, Consumer<Pair> connected) throws IOException {
    Relay relay = new Relay(serverPort, connected);
    Thread.ofVirtual().name("relay").start(relay::accept);
    return relay;
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().name("relay-connection").start(() -> serve(client));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void serve(Socket client) {
    Socket server = new Socket();
    open.add(client);
    open.add(server);
    try {
      server.bind(new InetSocketAddress(client.getInetAddress(), 0));
      server.connect(new InetSocketAddress(TestSite.THIS_HOST, serverPort));
      connected.accept(new Pair(this, client, server));
    } catch (IOException e) {
      close(client, server); // The client will see that nobody is there.
    }
  }

  private void close(Socket... sockets) {
    for (Socket socket : sockets) {
      open.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Copies in one direction until it ends. */
  interface Pump {
    void run() throws IOException;
  }

  /** A client's connection, and that which stands for it at the server. */
  record Pair(Relay relay, Socket client, Socket server) {
    InputStream fromClient() throws IOException {
      return new BufferedInputStream(client.getInputStream());
    }

    OutputStream toClient() throws IOException {
      return new BufferedOutputStream(client.getOutputStream());
    }

    InputStream fromServer() throws IOException {
      return new BufferedInputStream(server.getInputStream());
    }

    OutputStream toServer() throws IOException {
      return new BufferedOutputStream(server.getOutputStream());
    }

    /** Runs both until the first of them ends; does not wait for it. */
    void pump(Pump toServer, Pump toClient) {
      noDelay(client);
      noDelay(server);
      Thread.ofVirtual().name("to-server").start(() -> run(toServer));
      Thread.ofVirtual().name("to-client").start(() -> run(toClient));
    }

    private void run(Pump pump) {
      try {
        pump.run();
      } catch (IOException e) {
        // One of the two has closed its connection, which ends both.
      } finally {
        relay.close(client, server);
      }
    }

    private static void noDelay(Socket socket) {
      try {
        socket.setTcpNoDelay(true);
      } catch (SocketException e) {
        // It is closed already, as its pumps will see.
      }
    }
  }

  /** Ends all connections. */
  @Override
  public void close() throws IOException {
    listener.close();
    close(open.toArray(Socket[]::new));
  }
}
