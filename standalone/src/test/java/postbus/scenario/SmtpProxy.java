package postbus.scenario;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands between an SMTP client and a server without TLS and CHUNKING, and knows where in a mail
 * they are, so that a test can act at a named moment.
 */
final class SmtpProxy implements AutoCloseable {
  private final Traps<SmtpPoint> traps = new Traps<>();
  private final AtomicBoolean refusesNext = new AtomicBoolean();
  private final Relay relay;

  private SmtpProxy(int serverPort) throws IOException {
    relay = Relay.to(serverPort, pair -> new Session(pair).begin());
  }

  /** In front of the server at a port of this host. */
  static SmtpProxy to(int serverPort) throws IOException {
    return new SmtpProxy(serverPort);
  }

  int port() {
    return relay.port();
  }

  /**
   * At the first such moment from now on: runs the action, and passes nothing more on in that
   * direction of that connection.
   *
   * @return completes when the action has run
   */
  CompletableFuture<Void> at(SmtpPoint point, Runnable action) {
    return traps.set(point, action);
  }

  /** The next mail gets a 451; by a sender whom {@code ScriptedSmtpServer} wants later. */
  void refuseNext() {
    refusesNext.set(true);
  }

  /** What was not reached will not be acted upon. */
  void forget() {
    traps.clear();
    refusesNext.set(false);
  }

  /** One connection. */
  private final class Session {
    private final Relay.Pair pair;
    private volatile boolean isContent;
    private volatile boolean isAfterFinalDot;

    Session(Relay.Pair pair) {
      this.pair = pair;
    }

    void begin() {
      pair.pump(this::commands, this::replies);
    }

    private void commands() throws IOException {
      InputStream in = pair.fromClient();
      OutputStream out = pair.toServer();
      while (true) {
        String line = line(in);
        if (isContent && line.equals(".\r\n")) {
          if (springs(SmtpPoint.FINAL_DOT)) {
            in.transferTo(OutputStream.nullOutputStream());
            return;
          }
          isContent = false;
          isAfterFinalDot = true;
        } else if (line.startsWith("MAIL FROM:<") && refusesNext.compareAndSet(true, false)) {
          line = line.replaceFirst("<[^@>]*", "<tempfail");
        }
        write(line, out);
      }
    }

    private void replies() throws IOException {
      InputStream in = pair.fromServer();
      OutputStream out = pair.toClient();
      while (true) {
        String line = line(in);
        if (isAfterFinalDot) {
          isAfterFinalDot = false;
          if (springs(SmtpPoint.REPLY)) {
            in.transferTo(OutputStream.nullOutputStream());
            return;
          }
          write(line, out);
          springs(SmtpPoint.REPLY_PASSED);
          continue;
        }
        isContent |= line.startsWith("354 ");
        write(line, out);
      }
    }

    private boolean springs(SmtpPoint here) {
      Optional<Traps.Trap<SmtpPoint>> trap = traps.at(here::equals);
      trap.ifPresent(Traps.Trap::spring);
      return trap.isPresent();
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int octet;
    do {
      octet = in.read();
      if (octet < 0) {
        throw new EOFException();
      }
      line.write(octet);
    } while (octet != '\n');
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static void write(String line, OutputStream out) throws IOException {
    out.write(line.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    relay.close();
  }
}
