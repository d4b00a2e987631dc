package postbus.scenario;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import postbus.testkit.ScriptedSmtpServer;

/** How often each of {@link NumberedMails} arrived. */
record Arrivals(Map<Integer, Long> times) {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  static Arrivals at(ScriptedSmtpServer... servers) {
    return of(Stream.of(servers).flatMap(server -> server.mails().stream()).map(m -> m.text()));
  }

  /** In the mailboxes of a data folder: mails, and reports about mails. */
  static Arrivals inMailboxes(Path data) {
    return inFiles(data.resolve("mail"), path -> path.toString().contains("/new/"));
  }

  /** The text of a mail with this id in a mailbox of a data folder, when it is there. */
  static String awaitMail(Path data, String id) {
    return await("mail " + id)
        .atMost(LIMIT)
        .ignoreException(UncheckedIOException.class)
        .until(() -> mail(data, id), Optional::isPresent)
        .map(Arrivals::text)
        .orElseThrow();
  }

  private static Optional<Path> mail(Path data, String id) throws IOException {
    Path mailboxes = data.resolve("mail");
    if (!Files.exists(mailboxes)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.walk(mailboxes)) {
      return all.filter(path -> path.toString().matches(".*/new/[^/]*" + id + "[^/]*")).findFirst();
    }
  }

  /** In files of their own below a folder, if it is there. */
  static Arrivals inFiles(Path folder, Predicate<Path> isMail) {
    if (!Files.exists(folder)) {
      return new Arrivals(Map.of());
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> mails = all.filter(isMail).toList();
      return of(mails.stream().map(Arrivals::text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Arrivals of(Stream<String> texts) {
    return new Arrivals(
        texts
            .map(NumberedMails::numberIn)
            .filter(number -> number >= 0)
            .collect(groupingBy(number -> number, counting())));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** These, and those elsewhere. */
  Arrivals and(Arrivals elsewhere) {
    Map<Integer, Long> all = new HashMap<>(times);
    elsewhere.times.forEach((number, count) -> all.merge(number, count, Long::sum));
    return new Arrivals(all);
  }

  /** Beyond one each. */
  long doubled() {
    return times.values().stream().mapToLong(count -> count - 1).sum();
  }
}
