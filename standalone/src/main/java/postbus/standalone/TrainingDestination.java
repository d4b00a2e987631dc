package postbus.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The world of a {@link Training}: takes every mail and counts it. Ends with the process. */
final class TrainingDestination {
  private static final int BACKLOG = 50;

  private final ServerSocket listening;
  private final AtomicInteger mails = new AtomicInteger();

  private TrainingDestination(ServerSocket listening) {
    this.listening = listening;
  }

  /** On a free port of 127.0.0.1. */
  static TrainingDestination open() throws IOException {
    var destination =
        new TrainingDestination(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
    Thread.startVirtualThread(destination::listen);
    return destination;
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many it has taken. */
  int mails() {
    return mails.get();
  }

  private void listen() {
    while (true) {
      try {
        Socket client = listening.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      var in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      say(client, "220 training");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        switch (line.split(" ", 2)[0].toUpperCase(Locale.ROOT)) {
          case "EHLO" -> say(client, "250-training\r\n250-PIPELINING\r\n250 8BITMIME");
          case "DATA" -> take(client, in);
          case "QUIT" -> {
            say(client, "221 bye");
            return;
          }
          default -> say(client, "250 OK");
        }
      }
    } catch (IOException e) {
      // The deliverer has closed the connection, as it may.
      return;
    }
  }

  private void take(Socket client, BufferedReader in) throws IOException {
    say(client, "354 go on");
    String line = in.readLine();
    while (line != null && !line.equals(".")) {
      line = in.readLine();
    }
    mails.incrementAndGet();
    say(client, "250 OK");
  }

  private static void say(Socket client, String reply) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }
}
