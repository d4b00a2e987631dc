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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import postbus.mail.Cause;
import postbus.mail.MailId;
import postbus.sendmail.SpoolFile.Read;

/**
 * Submits what waits in the spool, in its order, and deletes a mail when the server has it: a crash
 * between these two doubles that one mail, and no other; a disk that is full does not, as {@link
 * SpoolNote} has it. A lock keeps a second run away. What the server refuses goes back to its
 * sender, or lies among the refused ones; nothing is thrown away.
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
      SpoolNote.sweep(spool.queue());
      new Claims(spool, err).claim();
      submitAll();
    });
  }

  /** Takes what users dropped. */
  void claim() throws IOException {
    locked(() -> {
      SpoolNote.sweep(spool.queue());
      new Claims(spool, err).claim();
    });
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

  /** What the disk refuses at one mail stops none behind it, and is told at the end. */
  private void submitAll() throws IOException {
    IOException failed = null;
    Instant end = Instant.now().plus(RUN_MAX);
    int away = 0;
    try (Submitter submitter = new Submitter(settings)) {
      for (Path file : spool.waiting()) {
        if (away == AWAY_MAX || Instant.now().isAfter(end)) {
          break;
        }
        switch (read(file)) {
          case Read.Broken(String why) -> putAside(file, why);
          case Read.Whole(SpoolFile waiting) -> {
            try {
              away = submit(submitter, file, waiting.mail()) ? 0 : away + 1;
            } catch (IOException e) {
              err.println(file + " waits: " + e);
              failed = e;
            }
          }
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /** False if the server is away. */
  private boolean submit(Submitter submitter, Path file, Submission whole) throws IOException {
    SpoolNote note = new SpoolNote(file, whole.recipients());
    try {
      note.prepare();
    } catch (IOException e) {
      err.println(file + " waits, as it cannot be noted who has it: " + e);
      return true;
    }
    Submission mail = whole.to(note.left());
    if (mail.recipients().isEmpty()) {
      note.deleteBoth();
      return true;
    }
    Submitted submitted = submitter.submit(mail);
    settle(note, mail, submitted);
    return !submitted.isServerAway();
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
      new SpoolNote(file, List.of()).follow(spool.refused());
    } catch (IOException e) {
      err.println(file + " stays: " + e);
    }
  }

  /** Who has it is noted before anything that wants room on the disk. */
  private void settle(SpoolNote note, Submission mail, Submitted submitted) throws IOException {
    Path file = note.mail();
    Map<String, Cause> putOff = submitted.putOff();
    Map<String, Cause> refused = submitted.refused();
    boolean isOver = Spool.id(file).madeAt().plus(LIFETIME).isBefore(Instant.now());
    if (!refused.isEmpty() || !putOff.isEmpty()) {
      Set<String> without = new HashSet<>(putOff.keySet());
      without.addAll(refused.keySet());
      note.leave(without);
    }
    if (!refused.isEmpty()) {
      refuse(file, mail, refused);
      note.leave(putOff.keySet());
    }
    if (!putOff.isEmpty() && isOver) {
      refuse(file, mail, putOff);
    }
    if (putOff.isEmpty() || isOver) {
      note.deleteBoth();
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
