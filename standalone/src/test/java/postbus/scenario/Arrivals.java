package postbus.scenario;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import postbus.testkit.ScriptedSmtpServer;

/** How often each of {@link NumberedMails} arrived. */
record Arrivals(Map<Integer, Long> times) {
  static Arrivals at(ScriptedSmtpServer... servers) {
    return of(Stream.of(servers).flatMap(server -> server.mails().stream()).map(m -> m.text()));
  }

  /** In the mailboxes of a data folder: mails, and reports about mails. */
  static Arrivals inMailboxes(Path data) {
    return inFiles(data.resolve("mail"), path -> path.toString().contains("/new/"));
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

  private static Arrivals of(Stream<String> texts) {
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
