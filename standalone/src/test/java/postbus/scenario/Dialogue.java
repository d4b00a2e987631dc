package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An SMTP client that says what a test tells it to say, from the address the test chooses. */
final class Dialogue implements AutoCloseable {
  private static final int LIMIT_MILLIS = 60_000;
  private static final Pattern QUEUED = Pattern.compile("250 .*queued as ([0-9a-z]{26}).*");

  private final Socket socket = new Socket();
  private final BufferedReader in;

  private Dialogue(String from, String to, int port) throws IOException {
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress(to, port), LIMIT_MILLIS);
    socket.setSoTimeout(LIMIT_MILLIS);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
  }

  static Dialogue open(String from, String to, int port) throws IOException {
    return new Dialogue(from, to, port);
  }

  /** Greeted and introduced. */
  static Dialogue greeted(String from, String to, int port) throws IOException {
    Dialogue dialogue = open(from, to, port);
    dialogue.says("220");
    dialogue.send("EHLO client.example.org").says("250");
    return dialogue;
  }

  Dialogue send(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
    return this;
  }

  /** Reads one reply, of any number of lines, and returns it whole. */
  String reply() throws IOException {
    StringBuilder reply = new StringBuilder();
    String line = in.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      reply.append(line).append('\n');
      line = in.readLine();
    }
    return reply.append(line == null ? "(closed)" : line).toString();
  }

  String says(String prefix) throws IOException {
    String reply = reply();
    assertThat(reply).startsWith(prefix);
    return reply;
  }

  /** One whole mail; the reply to its final dot. */
  String mail(String sender, String recipient, String content) throws IOException {
    send("MAIL FROM:<" + sender + ">").says("250");
    send("RCPT TO:<" + recipient + ">").says("250");
    send("DATA").says("354");
    return send(content + "\r\n.").reply();
  }

  /** The id in a reply that says the mail is ours now. */
  static String idIn(String reply) {
    Matcher matcher = QUEUED.matcher(reply);
    assertThat(matcher.matches()).as(reply).isTrue();
    return matcher.group(1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
