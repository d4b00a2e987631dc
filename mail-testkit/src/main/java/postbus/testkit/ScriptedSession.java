package postbus.testkit;

import java.io.IOException;
import java.net.Socket;
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
  private boolean isLmtp;
  private final PeerEnvelope envelope = new PeerEnvelope();
  private int mailsTaken;

  ScriptedSession(ScriptedSmtpServer server, Socket socket, int number) throws IOException {
    this.server = server;
    this.script = server.script();
    this.socket = socket;
    this.number = number;
    socket.setTcpNoDelay(true);
    this.lines = new PeerLines(socket, server::violated);
  }

  @Override
  public void run() {
    try (Socket _ = socket) {
      Thread.sleep(script.greetingDelay());
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
    if (!offers(Extension.PIPELINING) && !verb.equals("BDAT") && lines.hasMore()) {
      server.violated("pipelined without leave: " + line);
    }
    return switch (verb) {
      case "EHLO", "LHLO" -> ehlo(line);
      case "HELO" -> {
        helo = line.substring(5);
        yield reply("250 peer.example.net");
      }
      case "STARTTLS" -> startTls();
      case "MAIL" -> mail(line);
      case "RCPT" -> rcpt(line);
      case "DATA" -> data();
      case "BDAT" -> bdat(line);
      case "RSET" -> {
        envelope.reset();
        yield reply("250 2.0.0 Reset");
      }
      case "NOOP" -> reply("250 2.0.0 OK");
      case "QUIT" -> !reply("221 2.0.0 Bye");
      default -> reply("500 5.5.1 Unknown command");
    };
  }

  private boolean ehlo(String line) throws IOException {
    if (offers(Extension.NO_EHLO)) {
      return reply("502 5.5.1 HELO is all I know");
    }
    isLmtp = line.startsWith("L");
    helo = line.substring(5);
    return reply(script.ehlo(isTls));
  }

  private boolean startTls() throws IOException {
    if (lines.hasMore()) {
      server.violated("octets after STARTTLS, before the handshake");
    }
    if (offers(Extension.REFUSED_STARTTLS)) {
      return reply("454 4.7.0 TLS not available");
    }
    if (offers(Extension.CLOSING_STARTTLS)) {
      return !reply("421 4.3.2 Going down");
    }
    boolean isInjected = offers(Extension.INJECTED_STARTTLS);
    reply("220 2.0.0 Go ahead" + (isInjected ? "\r\n250-evil\r\n250 CHUNKING" : ""));
    if (offers(Extension.BROKEN_STARTTLS)) {
      lines.skip(1);
      return reply("This is not TLS");
    }
    var secured = (SSLSocket) server.tls().getSocketFactory().createSocket(socket, null, true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    if (offers(Extension.DROPPED_STARTTLS)) {
      return false;
    }
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
    checkParameters(line);
    envelope.reset();
    return switch (PeerEnvelope.localPart(line)) {
      case "permfail" -> reply("550 5.7.1 Sender refused");
      case "tempfail" -> reply("451 4.7.1 Sender not now");
      case "drop" -> false;
      case "half" -> lines.half();
      default -> {
        envelope.begin(line);
        yield reply("250 2.1.0 Sender OK");
      }
    };
  }

  private boolean rcpt(String line) throws IOException, InterruptedException {
    if (!envelope.isBegun()) {
      return reply("503 5.5.1 MAIL first");
    }
    checkParameters(line);
    return switch (PeerEnvelope.localPart(line)) {
      case "tempfail" -> reply("450 4.2.0 Mailbox busy");
      case "permfail" -> reply("550 5.1.1 No such user");
      case "421" -> !reply("421 4.3.2 Going down");
      case "drop" -> false;
      case "half" -> lines.half();
      case "toomany" -> reply("452 4.5.3 Too many recipients");
      case "hang" -> lines.ignore();
      case "drip" -> lines.drip();
      case "garbage" -> reply("\u0001 this is not SMTP");
      case "slow" -> {
        Thread.sleep(script.slowness());
        yield accept(line);
      }
      default -> accept(line);
    };
  }

  private void checkParameters(String line) {
    if (PeerEnvelope.presumes(line, script.extensions(), isTls)) {
      server.violated("a parameter that was not offered: " + line);
    }
  }

  private boolean accept(String line) throws IOException {
    envelope.add(line);
    return reply("250 2.1.5 Recipient OK");
  }

  private boolean data() throws IOException, InterruptedException {
    if (envelope.rcptLines().isEmpty()) {
      return reply("503 5.5.1 No valid recipients");
    }
    if (envelope.isTo("nodata")) {
      envelope.reset();
      return reply("554 5.3.0 No data today");
    }
    reply("354 Go ahead");
    server.contentBegins();
    if (envelope.isTo("drop-in-data")) {
      lines.skip(DROP_AFTER_OCTETS);
      return false;
    }
    return received(lines.content(), 0);
  }

  /** Takes the octets in any case, as RFC 3030, section 2, has it. */
  private boolean bdat(String line) throws IOException, InterruptedException {
    String[] words = line.split(" ");
    boolean isLast = words.length > 2 && words[2].equalsIgnoreCase("LAST");
    if (envelope.isTo("drop-in-data")) {
      lines.skip(DROP_AFTER_OCTETS);
      return false;
    }
    byte[] chunk = lines.chunk(Integer.parseInt(words[1]));
    if (!offers(Extension.CHUNKING) || isLast && chunk.length == 0) {
      server.violated(line);
    }
    if (envelope.rcptLines().isEmpty()) {
      return reply("503 5.5.1 No valid recipients");
    }
    if (envelope.isTo("tempchunk")) {
      envelope.reset();
      return reply("451 4.3.0 No such chunk");
    }
    if (envelope.add(chunk) == 1) {
      server.contentBegins();
    }
    return isLast
        ? received(envelope.content(), envelope.chunks())
        : reply("250 2.0.0 " + chunk.length + " octets received");
  }

  private boolean received(byte[] content, int chunks) throws IOException, InterruptedException {
    boolean isLate = envelope.isTo("late-dot");
    String taken = "250 2.0.0 Queued as " + number + "." + (mailsTaken + 1);
    List<String> replies = isLmtp ? envelope.repliesToEach() : List.of(envelope.reply(taken));
    if (replies.stream().anyMatch(reply -> reply.startsWith("250"))) {
      mailsTaken++;
      server.received(
          envelope.received(socket.getInetAddress(), helo, isTls, content, chunks, number));
    }
    envelope.reset();
    if (isLate) {
      Thread.sleep(script.slowness());
    }
    for (String reply : replies) {
      if (reply.isEmpty()) {
        return false;
      }
      reply(reply);
    }
    return true;
  }

  private boolean offers(Extension extension) {
    return script.extensions().contains(extension);
  }

  private boolean reply(String text) throws IOException {
    lines.write(text);
    return true;
  }
}
