package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import postbus.log.LetterDesk;
import postbus.log.LetterDesk.Fate;
import postbus.log.LetterDesk.Recorded;
import postbus.log.Resolution;
import postbus.log.Resolution.Refused;
import postbus.log.Resolution.Resolved;

/**
 * Records what is to be done with letters, some at a time and no faster than allowed, and tells it.
 * No transaction is open while it waits for the rate.
 */
final class LetterWork {
  private static final int BATCH_LETTERS = 100;
  private static final long BATCH_OCTETS = 8 << 20;
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);

  private final @Nullable LetterDesk desk;
  private final Shelf shelf;
  private final String done;
  private final Rate rate;
  private final boolean each;
  private final PrintWriter out;
  private final PrintWriter err;
  private final int batchMax;
  private final List<Resolved> batch = new ArrayList<>();
  private final long began = System.nanoTime();
  private long octets;
  private long recorded;
  private long refused;
  private long told = began;

  /**
   * @param desk null if nothing is to be done, only told
   * @param done what was done then, past tense
   * @param each whether to tell of every letter, and not of their number
   */
  LetterWork(
      @Nullable LetterDesk desk,
      Shelf shelf,
      String done,
      Rate rate,
      boolean each,
      PrintWriter out,
      PrintWriter err) {
    this.desk = desk;
    this.shelf = shelf;
    this.done = done;
    this.rate = rate;
    this.each = each;
    this.out = out;
    this.err = err;
    this.batchMax = Math.clamp(rate.perSecond() / 10, 1, BATCH_LETTERS);
  }

  /**
   * @throws IOException if the desk was closed; the text says what has been done
   */
  void add(Resolution resolution) throws IOException {
    switch (resolution) {
      case Refused(var letter, String why) -> refuse(letter + ": " + why);
      case Resolved resolved -> {
        batch.add(resolved);
        octets += resolved.octets();
        if (batch.size() >= batchMax || octets >= BATCH_OCTETS) {
          record();
        }
      }
    }
  }

  /** One that cannot be done, and why. */
  void refuse(String line) {
    refused++;
    err.println(LetterText.printable(line));
  }

  /** Records what is left, and returns the exit status. */
  int end() throws IOException {
    record();
    out.println(
        (desk == null ? "would be " : "")
            + done
            + ": "
            + recorded
            + (refused == 0 ? "" : "; refused: " + refused));
    out.flush();
    err.flush();
    return recorded > 0 && refused == 0 ? 0 : Postbus.FAILED;
  }

  private void record() throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    if (desk != null) {
      keepPace();
      Recorded end = desk.record(batch);
      if (!end.stopped().isEmpty()) {
        throw stopped(end);
      }
    }
    recorded += batch.size();
    if (each) {
      batch.forEach(one -> out.println(LetterText.printable(one.letter() + ": " + one.tells())));
    } else if (System.nanoTime() - told > PROGRESS_EVERY.toNanos()) {
      told = System.nanoTime();
      err.println(recorded + " " + done + " …");
      err.flush();
    }
    batch.clear();
    octets = 0;
  }

  private void keepPace() throws IOException {
    long due = began + rate.timeOf(recorded).toNanos();
    try {
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted; " + recorded + " " + done + " until then", e);
    }
  }

  private IOException stopped(Recorded end) {
    long sure = end.fate() == Fate.RECORDED ? recorded + batch.size() : recorded;
    String last =
        end.fate() == Fate.NOT_KNOWN
            ? "; whether " + batch.size() + " more were, " + shelf.command + " list tells"
            : "; the others were not";
    return new IOException(end.stopped() + ": " + sure + " " + done + " until then" + last);
  }
}
