package postbus.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An SMTP server on loopback that misbehaves by recipient address, and remembers what it saw.
 *
 * <p>By the local part at RCPT: {@code tempfail@} 450, {@code permfail@} 550, {@code 421@} 421 and
 * close, {@code drop@} close, {@code hang@} no reply, {@code drip@} a reply that never ends, an
 * octet at a time, {@code half@} a part of a reply and close, {@code garbage@} a line that is no
 * reply, {@code slow@} a late 250, {@code toomany@} 452 for too many recipients. After the content:
 * {@code tempdata@} 451, {@code permdata@} 554, {@code drop-after-dot@} close, {@code late-dot@} a
 * late 250. In DATA: {@code drop-in-data@} closes once a part of the content is there, {@code
 * nodata@} 554; {@code tempchunk@} 451 to the first chunk. As sender: {@code permfail@} 550, {@code
 * tempfail@} 451, {@code drop@} close, {@code half@} a part of a reply.
 *
 * <p>To LHLO it speaks LMTP: each recipient has a reply of its own to the final dot, also {@code
 * full@} 552 5.2.2, and instead of that of {@code drop-after-dot@} it closes.
 *
 * <p>It holds clients to the rules: {@link #violations()} is to be empty.
 */
public final class ScriptedSmtpServer implements AutoCloseable {
  private static final Duration END_MAX = Duration.ofSeconds(10);
  private static final char[] PASSWORD = "postbus".toCharArray();

  private final Script script;
  private final ServerSocket listener;
  private final Thread acceptor;
  private final SSLContext tls;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<ReceivedMail> mails = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private int contentsBegun;

  private ScriptedSmtpServer(Script script, InetAddress address, int port) {
    this.script = script;
    try {
      this.tls = serverContext();
      this.listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(address, port), 512);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    acceptor = Thread.ofVirtual().name("scripted-smtp").start(this::accept);
  }

  /** A good server on 127.0.0.1. */
  public static ScriptedSmtpServer start() {
    return start(Script.GOOD);
  }

  /** On 127.0.0.1, by this script. */
  public static ScriptedSmtpServer start(Script script) {
    return start(script, InetAddress.ofLiteral("127.0.0.1"), 0);
  }

  /** On a loopback address; port 0 takes any free one. */
  public static ScriptedSmtpServer start(Script script, InetAddress address, int port) {
    if (!address.isLoopbackAddress()) {
      throw new IllegalArgumentException("tests stay on loopback: " + address);
    }
    return new ScriptedSmtpServer(script, address, port);
  }

  public InetAddress address() {
    return listener.getInetAddress();
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** What clients need to trust it: its certificate, made for peer.example.net. */
  public static KeyStore certificate() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      KeyStore own = keys();
      trusted.setCertificateEntry("peer", own.getCertificate(own.aliases().nextElement()));
      return trusted;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many connections there were so far. */
  public int connections() {
    return connections.get();
  }

  /** How many connections are open now. */
  public int openConnections() {
    return open.size();
  }

  /** The mails that it said 250 to, in the order of their final dots. */
  public synchronized List<ReceivedMail> mails() {
    return List.copyOf(mails);
  }

  /** How many contents began to arrive (got a 354), ended or not. */
  public synchronized int contentsBegun() {
    return contentsBegun;
  }

  /** The rules that clients broke. */
  public synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /**
   * Waits until so many mails have come.
   *
   * @return all mails that came
   * @throws AssertionError if they are fewer when the time is up
   */
  public synchronized List<ReceivedMail> awaitMails(int count, Duration atMost) {
    awaitUntil(() -> mails.size() >= count, atMost, count + " mails");
    return List.copyOf(mails);
  }

  /** Waits until so many contents have begun; for what happens before a final dot. */
  public synchronized void awaitContentsBegun(int count, Duration atMost) {
    awaitUntil(() -> contentsBegun >= count, atMost, count + " contents begun");
  }

  private void awaitUntil(BooleanSupplier holds, Duration atMost, String what) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!holds.getAsBoolean()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError(
            "expected %s within %s, but mails: %d, contents begun: %d"
                .formatted(what, atMost, mails.size(), contentsBegun));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + what, e);
      }
    }
  }

  synchronized void received(ReceivedMail mail) {
    mails.add(mail);
    notifyAll();
  }

  synchronized void contentBegins() {
    contentsBegun++;
    notifyAll();
  }

  synchronized void violated(String rule) {
    violations.add(rule);
  }

  Script script() {
    return script;
  }

  SSLContext tls() {
    return tls;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        ScriptedSession session = new ScriptedSession(this, socket, connections.incrementAndGet());
        Thread.ofVirtual()
            .name("scripted-smtp-session")
            .start(() -> {
              session.run();
              open.remove(socket);
            });
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  /** Ends all sessions, as a server that dies; whoever connects afterwards is refused. */
  @Override
  public void close() {
    closeQuietly(List.of(listener));
    try {
      acceptor.join(END_MAX); // Until then it lets one more in, although the listener is closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeQuietly(open);
  }

  private static void closeQuietly(Collection<? extends AutoCloseable> all) {
    for (AutoCloseable one : all) {
      try {
        one.close();
      } catch (Exception e) {
        // Nobody is left to tell.
      }
    }
  }

  private static SSLContext serverContext() throws IOException {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(keys(), PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** A self-signed certificate for peer.example.net, made by keytool, good until 2126. */
  private static KeyStore keys() throws IOException, GeneralSecurityException {
    try (InputStream file = ScriptedSmtpServer.class.getResourceAsStream("peer.p12")) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(file, PASSWORD);
      return store;
    }
  }
}
