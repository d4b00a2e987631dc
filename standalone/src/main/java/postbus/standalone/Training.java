package postbus.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away Postbus, from which the JVM learns what a start loads and what mails keep busy: with
 * a site, a destination and some thousand mails of its own, in a folder that whoever starts it
 * gives and removes. It ends by itself, and listens on free ports of 127.0.0.1 alone.
 */
final class Training {
  private static final int SESSIONS = 10;
  private static final int MAILS = Integer.getInteger("postbus.training.mails", 6_000);
  private static final Duration SEND_MAX = Duration.ofSeconds(30);
  private static final Duration ARRIVE_MAX = Duration.ofSeconds(10);
  private static final Duration REPLY_MAX = Duration.ofSeconds(20);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  /** A mail of 5 KB. */
  private static final String TEXT =
      "From: a@training.test\r\nSubject: training\r\n\r\n" + ("x".repeat(70) + "\r\n").repeat(70);

  private static final String SITE =
      """
      primary-hostname: training.test
      host-lists:
        friends: [127.0.0.1]
      domain-lists:
        system-domains: ["@"]
        relay-domains: []
        legacy-mailman-domains: []
        local-domains: [+system-domains]
      listeners:
        trusted: {address: "127.0.0.1:%d", trust: friends}
        world: {address: "127.0.0.1:%d"}
      pools:
        normal: {source: 127.0.0.1}
        bulk: {source: 127.0.0.1, tls: never}
      wiki-mail: {senders: [bulk@training.test], listener: trusted, pool: bulk}
      smart-host: 127.0.0.1:%d
      """;

  private static volatile @Nullable Training prepared;

  private final TrainingDestination destination;
  private final int trusted;
  private final int world;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger outside = new AtomicInteger();

  private Training(TrainingDestination destination, int trusted, int world) {
    this.destination = destination;
    this.trusted = trusted;
    this.world = world;
  }

  /**
   * Writes a site, and opens a destination: what is started next serves them.
   *
   * @param folder empty
   */
  static void prepare(Path folder) throws StartFailure {
    try {
      List<Integer> ports = Ports.free(3);
      var training = new Training(TrainingDestination.open(), ports.get(0), ports.get(1));
      Path site = folder.resolve("site");
      Files.createDirectories(site.resolve("aliases"));
      Files.writeString(
          site.resolve("postbus.yaml"),
          SITE.formatted(training.trusted, training.world, training.destination.port()));
      Files.writeString(site.resolve("accounts"), "user@training.test:{CRYPT}*::::::\n");
      Files.writeString(site.resolve("legacy-mailing-lists"), "");
      Files.writeString(site.resolve("aliases/training.test"), "alias: user, one@outside.test\n");
      System.setProperty("postbus.site", site.toString());
      System.setProperty("postbus.data", folder.resolve("data").toString());
      System.setProperty("postbus.kafka.port", "0");
      System.setProperty("quarkus.management.port", Integer.toString(ports.get(2)));
      prepared = training;
    } catch (IOException e) {
      throw new StartFailure("no training in " + folder + ": " + e);
    }
  }

  /** What was prepared; null in a Postbus that serves its users. */
  static @Nullable Training prepared() {
    return prepared;
  }

  /** Sends its mails, and waits until they have arrived; both in bounded time. */
  void run() {
    long end = System.nanoTime() + SEND_MAX.toNanos();
    try (ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SESSIONS; i++) {
        boolean stranger = i == 0;
        sessions.execute(() -> session(stranger, end));
      }
    }
    long late = System.nanoTime() + ARRIVE_MAX.toNanos();
    while (destination.mails() < outside.get() && System.nanoTime() < late) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private void session(boolean stranger, long endNanos) {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(REPLY_MAX.toMillis()));
      socket.connect(new InetSocketAddress(here, stranger ? world : trusted));
      Client client = new Client(socket);
      client.reply();
      client.say("EHLO client.test");
      int number = next.getAndIncrement();
      while (number < MAILS && System.nanoTime() < endNanos) {
        mail(client, number, stranger);
        number = next.getAndIncrement();
      }
      client.say("QUIT");
    } catch (IOException e) {
      // Less is learned; a training that failed in all is without a cache, and told by that.
      System.err.println("training: " + e);
    }
  }

  private void mail(Client client, int number, boolean stranger) throws IOException {
    boolean local = stranger || number % 10 == 0;
    String recipient =
        local
            ? (number % 20 == 0 ? "alias" : "user") + "@training.test"
            : "user@site-" + number % 7 + ".test";
    String sender = number % 5 == 1 ? "bulk@training.test" : "a@training.test";
    boolean taken =
        client.say("MAIL FROM:<" + sender + ">").startsWith("250")
            && client.say("RCPT TO:<" + recipient + ">").startsWith("250")
            && client.say("DATA").startsWith("354")
            && client.say(TEXT + ".").startsWith("250");
    if (!taken) {
      client.say("RSET");
    } else if (!local) {
      outside.incrementAndGet();
    }
  }

  /** One side of a dialogue. */
  private record Client(BufferedReader in, OutputStream out) {
    Client(Socket socket) throws IOException {
      this(
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)),
          socket.getOutputStream());
    }

    String say(String line) throws IOException {
      out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
      return reply();
    }

    /** The last line of a reply. */
    String reply() throws IOException {
      String line = in.readLine();
      while (line != null && line.length() > 3 && line.charAt(3) == '-') {
        line = in.readLine();
      }
      if (line == null) {
        throw new IOException("the connection was closed");
      }
      return line;
    }
  }
}
