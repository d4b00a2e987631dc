package postbus.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Servers that take every mail and forget it, as a {@link Child}. It says its ports; to {@code wait
 * N} it says when the N-th mail has come, to {@code count} how many have, to {@code write FILE} it
 * writes for each mail in turn its number and the microsecond since 1970 in which its last reply
 * began to be written.
 */
final class Destination {
  private long[] times = new long[1 << 16];
  private int[] numbers = new int[1 << 16];
  private int mails;

  private Destination() {}

  /**
   * @param arguments how many servers; and, for one server, its port
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Destination destination = new Destination();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
      ServerSocket server = new ServerSocket(port, 200, InetAddress.ofLiteral("127.0.0.1"));
      ports.add(server.getLocalPort());
      Thread.ofPlatform().daemon().start(() -> destination.accept(server));
    }
    System.out.println(ports.stream().map(Object::toString).collect(Collectors.joining(" ")));
    destination.answer();
    System.exit(0);
  }

  private void answer() throws IOException, InterruptedException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 2);
      System.out.println(
          switch (words[0]) {
            case "wait" -> await(Integer.parseInt(words[1]));
            case "count" -> count();
            case "write" -> write(Path.of(words[1]));
            default -> throw new IllegalArgumentException(line);
          });
    }
  }

  private void accept(ServerSocket server) {
    while (true) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      new DestinationSession(socket, this::received).run();
    } catch (IOException e) {
      // The client went away.
    }
  }

  private synchronized void received(int number) {
    if (mails == times.length) {
      times = Arrays.copyOf(times, mails * 2);
      numbers = Arrays.copyOf(numbers, mails * 2);
    }
    times[mails] = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    numbers[mails++] = number;
    notifyAll();
  }

  private synchronized int count() {
    return mails;
  }

  private synchronized int await(int count) throws InterruptedException {
    while (mails < count) {
      wait();
    }
    return mails;
  }

  private synchronized int write(Path file) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < mails; i++) {
      lines.append(numbers[i]).append(' ').append(times[i]).append('\n');
    }
    Files.writeString(file, lines);
    return mails;
  }
}
