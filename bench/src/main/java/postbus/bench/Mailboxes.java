package postbus.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Maildirs of one server, {@code <root>/mail/<domain>/<user>/Maildir}: what has arrived, which
 * mails these are, and when the last one came.
 *
 * @param root the folder below which they are
 */
record Mailboxes(Path root) {
  /** That mails go to in turn. */
  static final int COUNT = 20;

  private static final String NUMBER = "X-Number: ";

  /** Who has them. */
  static List<String> users() {
    return Stream.iterate(0, i -> i + 1).limit(COUNT).map(i -> "m" + i).toList();
  }

  /** A mail of that size whose number can be told when it has arrived. */
  static byte[] text(int number, int octets) {
    String field = NUMBER + number + "\r\n";
    return (field + new String(LoadSession.text(octets - field.length()), US_ASCII))
        .getBytes(US_ASCII);
  }

  /** Mails that are there. */
  int count() throws IOException {
    int count = 0;
    for (Path folder : folders()) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path _ : files) {
          count++;
        }
      }
    }
    return count;
  }

  /** When the last one got its place. */
  Instant last() throws IOException {
    List<Instant> changes = new ArrayList<>();
    for (Path folder : folders()) {
      changes.add(Files.getLastModifiedTime(folder).toInstant());
    }
    return changes.stream().max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
  }

  /** The numbers of all mails that are there. */
  List<Integer> numbers() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (Path folder : folders()) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          numbers.add(number(file));
        }
      }
    }
    return numbers;
  }

  private static int number(Path file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, US_ASCII)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(NUMBER)) {
          return Integer.parseInt(line.substring(NUMBER.length()).strip());
        }
      }
    }
    throw new Unmeasured("a mail without a number: " + file);
  }

  private List<Path> folders() {
    return users().stream()
        .map(user -> root.resolve(Path.of("mail", Relay.DOMAIN, user, "Maildir/new")))
        .filter(Files::isDirectory)
        .toList();
  }
}
