package postbus.sendmail;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import postbus.mail.Cause;
import postbus.mail.MailId;
import postbus.sendmail.SpoolFile.Read;

/**
 * Submits what waits in the spool, in its order, and deletes a mail when the server has it: a crash
 * between these two doubles that one mail, and no other. A lock keeps a second run away. What the
 * server refuses goes back to its sender, or lies among the refused ones; nothing is thrown away.
 */
final class SpoolRun {
  /** After so long what is put off counts as refused. */
  static final Duration LIFETIME = Duration.ofDays(5);

  /** How long one run begins with further mails; the next one goes on. */
  private static final Duration RUN_MAX = Duration.ofMinutes(10);

  /** Mails in a row for which the server was away, before a run ends. */
  private static final int AWAY_MAX = 3;

  private final Spool spool;
  private final Settings settings;
  private final PrintWriter err;

  SpoolRun(Spool spool, Settings settings, PrintWriter err) {
    this.spool = spool;
    this.settings = settings;
    this.err = err;
  }

  /** Takes what users dropped, and submits all that waits. */
  void run() throws IOException {
    locked(() -> {
      new Claims(spool, err).claim();
      submitAll();
    });
  }

  /** Takes what users dropped. */
  void claim() throws IOException {
    locked(() -> new Claims(spool, err).claim());
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Ends at once if somebody else is at it. */
  private void locked(Work work) throws IOException {
    try (FileChannel file =
            FileChannel.open(spool.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      if (lock != null) {
        work.run();
      }
    }
  }

  private void submitAll() throws IOException {
    Instant end = Instant.now().plus(RUN_MAX);
    int away = 0;
    try (Submitter submitter = new Submitter(settings)) {
      for (Path file : spool.waiting()) {
        if (away == AWAY_MAX || Instant.now().isAfter(end)) {
          return;
        }
        switch (read(file)) {
          case Read.Broken(String why) -> putAside(file, why);
          case Read.Whole(SpoolFile waiting) -> {
            Submitted submitted = submitter.submit(waiting.mail());
            away = submitted.isServerAway() ? away + 1 : 0;
            settle(file, waiting.mail(), submitted);
          }
        }
      }
    }
  }

  /** A user may have kept what is his from us; it stops no mail of others. */
  private static Read read(Path file) {
    try {
      return Spool.read(file);
    } catch (IOException e) {
      return new Read.Broken("it cannot be read: " + e);
    }
  }

  private void putAside(Path file, String why) {
    err.println(file + " is no mail, and is put to " + spool.refused() + ": " + why);
    try {
      Files.move(file, spool.refused().resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      err.println(file + " stays: " + e);
    }
  }

  private void settle(Path file, Submission mail, Submitted submitted) throws IOException {
    Map<String, Cause> putOff = submitted.putOff();
    Map<String, Cause> refused = submitted.refused();
    boolean isOver = Spool.id(file).madeAt().plus(LIFETIME).isBefore(Instant.now());
    if (!refused.isEmpty()) {
      refuse(file, mail, refused);
    }
    if (!putOff.isEmpty() && isOver) {
      refuse(file, mail, putOff);
    }
    if (putOff.isEmpty() || isOver) {
      Durably.delete(file);
    } else if (putOff.size() < mail.recipients().size()) {
      Durably.write(
          spool.queue(),
          file.getFileName().toString(),
          SpoolFile.of(mail.to(List.copyOf(putOff.keySet()))));
    }
  }

  private void refuse(Path file, Submission mail, Map<String, Cause> refused) throws IOException {
    String why =
        refused.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue().reply())
            .collect(Collectors.joining("; "));
    err.println(file.getFileName() + " of <" + mail.sender() + "> is refused: " + why);
    if (Report.isWanted(mail)) {
      Submission report = new Report(settings.domain(), ZonedDateTime.now()).of(mail, refused);
      String name = file.getFileName().toString().split("\\.")[0] + "." + MailId.next();
      Durably.write(spool.queue(), name, SpoolFile.of(report));
    } else {
      Submission left = mail.to(List.copyOf(refused.keySet()));
      String name = file.getFileName().toString().split("\\.")[0] + "." + MailId.next();
      Durably.write(spool.refused(), name, new SpoolFile(left, why));
    }
  }
}
