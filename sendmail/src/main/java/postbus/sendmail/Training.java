package postbus.sendmail;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import postbus.sendmail.Settings.Place;

/**
 * Shows the JVM what a call of {@code sendmail} is, for its cache: one mail to a server in this
 * process, one into a spool.
 */
final class Training {
  private static final byte[] MAIL = "To: root\nSubject: training\n\nbody\n".getBytes(US_ASCII);

  private Training() {}

  /**
   * @param args an empty folder
   */
  public static void main(String[] args) throws IOException {
    Path spool = Path.of(args[0]).resolve("spool");
    new Spool(spool).prepare();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> serve(server));
      call(spool, server.getLocalPort());
    }
    call(spool, 1);
    System.exit(0);
  }

  private static void call(Path spool, int port) throws IOException {
    Settings settings =
        new Settings(List.of(new Place("127.0.0.1", port)), "localhost", spool, Optional.empty());
    LocalUser user = LocalUser.of("root", (int) Files.getAttribute(spool, "unix:uid"));
    PrintWriter out = new PrintWriter(System.out, true, US_ASCII);
    new Sendmail(user, settings, new ByteArrayInputStream(MAIL), out, out)
        .run("sendmail", List.of("-t", "-i", "-v"));
  }

  private static void serve(ServerSocket server) {
    try (Socket client = server.accept();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
      say(client, "220 localhost");
      boolean isInContent = false;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (isInContent && !line.equals(".")) {
          continue;
        }
        isInContent = line.equals("DATA");
        say(
            client,
            isInContent
                ? "354 go on"
                : line.startsWith("EHLO")
                    ? "250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n250 SIZE 1000000"
                    : "250 2.0.0 OK");
      }
    } catch (IOException e) {
      // The client is done.
    }
  }

  private static void say(Socket client, String reply) throws IOException {
    client.getOutputStream().write((reply + "\r\n").getBytes(US_ASCII));
  }
}
