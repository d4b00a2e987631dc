package postbus.testkit;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import postbus.testkit.Script.Extension;

/** One connection to a {@link ScriptedSmtpServer}; a thread of its own runs it. */
final class ScriptedSession implements Runnable {
  private static final int DROP_AFTER_OCTETS = 10;

  private final ScriptedSmtpServer server;
  private final Script script;
  private final int number;
  private Socket socket;
  private PeerLines lines;
  private String helo = "";
  private boolean isTls;
  private String mailLine = "";
  private final List<String> rcptLines = new ArrayList<>();
  private int mailsTaken;

  ScriptedSession(ScriptedSmtpServer server, Socket socket, int number) throws IOException {
    this.server = server;
    this.script = server.script();
    this.socket = socket;
    this.number = number;
    socket.setTcpNoDelay(true);
    this.lines = new PeerLines(socket, server::violated);
  }

  /** The address between the angle brackets of MAIL or RCPT. */
  static String address(String line) {
    return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
  }

  @Override
  public void run() {
    try (Socket _ = socket) {
      pause(script.greetingDelay());
      boolean isFull = server.openConnections() > script.connectionsMax();
      String greeting = isFull ? "421 4.7.0 Too many connections" : script.greeting();
      reply(greeting);
      boolean goesOn = greeting.startsWith("220");
      while (goesOn) {
        goesOn = command(lines.next());
      }
    } catch (IOException e) {
      // The client went away, or the server was closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean command(String line) throws IOException, InterruptedException {
    String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
    if (!offers(Extension.PIPELINING) && lines.hasMore()) {
      server.violated("pipelined without leave: " + line);
    }
    return switch (verb) {
      case "EHLO" -> ehlo(line);
      case "HELO" -> {
        helo = line.substring(5);
        yield reply("250 peer.example.net");
      }
      case "STARTTLS" -> startTls();
      case "MAIL" -> mail(line);
      case "RCPT" -> rcpt(line);
      case "DATA" -> data();
      case "RSET" -> {
        reset();
        yield reply("250 2.0.0 Reset");
      }
      case "NOOP" -> reply("250 2.0.0 OK");
      case "QUIT" -> {
        reply("221 2.0.0 Bye");
        yield false;
      }
      default -> reply("500 5.5.1 Unknown command");
    };
  }

  private boolean ehlo(String line) throws IOException {
    if (offers(Extension.NO_EHLO)) {
      return reply("502 5.5.1 HELO is all I know");
    }
    helo = line.substring(5);
    StringBuilder reply = new StringBuilder("250-peer.example.net greets you\r\n");
    for (Extension extension : Extension.values()) {
      if (offers(extension)) {
        reply.append(keyword(extension));
      }
    }
    return reply(reply + "250 HELP");
  }

  private String keyword(Extension extension) {
    boolean isDone = isTls && extension.keyword.equals("STARTTLS");
    return isDone || extension.keyword.isEmpty() ? "" : "250-" + extension.keyword + "\r\n";
  }

  private boolean startTls() throws IOException {
    if (lines.hasMore()) {
      server.violated("octets after STARTTLS, before the handshake");
    }
    if (offers(Extension.REFUSED_STARTTLS)) {
      return reply("454 4.7.0 TLS not available");
    }
    reply("220 2.0.0 Go ahead");
    if (offers(Extension.BROKEN_STARTTLS)) {
      lines.skip(1);
      return reply("This is not TLS");
    }
    SSLSocket secured =
        (SSLSocket) server.tls().getSocketFactory().createSocket(socket, null, true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    socket = secured;
    lines = new PeerLines(secured, server::violated);
    isTls = true;
    helo = "";
    return true;
  }

  private boolean mail(String line) throws IOException {
    if (helo.isEmpty()) {
      server.violated("MAIL before EHLO");
    }
    if (mailsTaken >= script.mailsMax()) {
      reply("421 4.7.0 Enough for one connection");
      return false;
    }
    String to = line.toUpperCase(Locale.ROOT);
    if (to.contains("SMTPUTF8") && !offers(Extension.SMTP_UTF8)
        || to.contains("BODY=") && !offers(Extension.EIGHT_BIT_MIME)
        || to.contains("SIZE=") && !offers(Extension.SIZE)) {
      server.violated("a parameter that was not offered: " + line);
    }
    reset();
    return switch (localPart(line)) {
      case "permfail" -> reply("550 5.7.1 Sender refused");
      case "tempfail" -> reply("451 4.7.1 Sender not now");
      default -> {
        mailLine = line;
        yield reply("250 2.1.0 Sender OK");
      }
    };
  }

  private boolean rcpt(String line) throws IOException, InterruptedException {
    if (mailLine.isEmpty()) {
      return reply("503 5.5.1 MAIL first");
    }
    return switch (localPart(line)) {
      case "tempfail" -> reply("450 4.2.0 Mailbox busy");
      case "permfail" -> reply("550 5.1.1 No such user");
      case "421" -> !reply("421 4.3.2 Going down");
      case "drop" -> false;
      case "hang" -> lines.ignore();
      case "drip" -> lines.drip();
      case "garbage" -> reply("\u0001 this is not SMTP");
      case "slow" -> {
        pause(script.slowness());
        yield accept(line);
      }
      default -> accept(line);
    };
  }

  private boolean accept(String line) throws IOException {
    rcptLines.add(line);
    return reply("250 2.1.5 Recipient OK");
  }

  private boolean data() throws IOException {
    if (rcptLines.isEmpty()) {
      return reply("503 5.5.1 No valid recipients");
    }
    if (isTo("nodata")) {
      reset();
      return reply("554 5.3.0 No data today");
    }
    reply("354 Go ahead");
    server.contentBegins();
    if (isTo("drop-in-data")) {
      lines.skip(DROP_AFTER_OCTETS);
      return false;
    }
    byte[] content = lines.content();
    if (isTo("drop-after-dot")) {
      return false;
    }
    if (isTo("tempdata") || isTo("permdata")) {
      String refusal = isTo("tempdata") ? "451 4.3.0 Not now" : "554 5.6.0 Content refused";
      reset();
      return reply(refusal);
    }
    ReceivedMail mail = received(content);
    mailsTaken++;
    reset();
    server.received(mail);
    return reply("250 2.0.0 Queued as " + number + "." + mailsTaken);
  }

  private ReceivedMail received(byte[] content) {
    return new ReceivedMail(
        socket.getInetAddress(),
        helo,
        isTls,
        mailLine,
        List.copyOf(rcptLines),
        content,
        number,
        Instant.now());
  }

  private boolean isTo(String localPart) {
    return rcptLines.stream().anyMatch(line -> localPart(line).equals(localPart));
  }

  private static String localPart(String line) {
    return address(line).split("@", 2)[0];
  }

  private void reset() {
    mailLine = "";
    rcptLines.clear();
  }

  private boolean offers(Extension extension) {
    return script.extensions().contains(extension);
  }

  private boolean reply(String text) throws IOException {
    lines.write(text);
    return true;
  }

  private static void pause(Duration wait) throws InterruptedException {
    if (wait.isPositive()) {
      Thread.sleep(wait);
    }
  }
}
