package postbus.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import postbus.mail.NextHop.Host;
import postbus.site.Place;

/** A scanner that reads a question to its end and says what the test wants, or falls silent. */
final class ScriptedScanner implements AutoCloseable {
  private final ServerSocket server;
  private final Predicate<String> isWhole;
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread acceptor;
  private volatile String answer = "";
  private volatile String silentOn = "\0 never";

  private ScriptedScanner(Predicate<String> isWhole) throws IOException {
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    this.isWhole = isWhole;
    this.acceptor = Thread.startVirtualThread(this::serve);
  }

  /** Its questions end when the client has no more to say. */
  static ScriptedScanner spamd() throws IOException {
    return new ScriptedScanner(_ -> false);
  }

  /** Its questions end with a chunk of no octets. */
  static ScriptedScanner clamd() throws IOException {
    return new ScriptedScanner(question -> question.length() > 13 && question.endsWith("\0\0\0\0"));
  }

  Place place() {
    return new Place.Tcp(new Host("127.0.0.1", server.getLocalPort()));
  }

  /** Octets, one character each. */
  ScriptedScanner says(String answer) {
    this.answer = answer;
    return this;
  }

  /** It takes questions with this text in them, and never answers those. */
  ScriptedScanner fallsSilentOn(String text) {
    this.silentOn = text;
    return this;
  }

  List<String> questions() {
    return questions;
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.startVirtualThread(() -> answer(client));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void answer(Socket socket) {
    try (Socket client = socket) {
      String question = question(client);
      questions.add(question);
      if (question.contains(silentOn)) {
        end.await();
      }
      client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      // The client is gone, which is its right.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private String question(Socket client) throws IOException {
    ByteArrayOutputStream question = new ByteArrayOutputStream();
    for (int octet = client.getInputStream().read();
        octet >= 0;
        octet = client.getInputStream().read()) {
      question.write(octet);
      if (octet == 0 && isWhole.test(question.toString(StandardCharsets.ISO_8859_1))) {
        break;
      }
    }
    return question.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    end.countDown();
    try {
      server.close();
      acceptor.join(); // Until then it lets one more in.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
