package postbus.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The value of a file that is edited while we run. It asks the file system at most every {@link
 * #LOOK_EVERY} whether the file changed, links followed, and reads it only then.
 *
 * <p>A file that turned wrong keeps its last good value in force, and the log says so once. A file
 * that is gone or empty is believed to be so only after {@link #BELIEVE_AFTER}: editors rename and
 * truncate, and no mail may bounce because of it.
 *
 * <p>For any number of threads; one of them looks, the others go on with the value they have.
 */
final class WatchedFile<T> {
  /** So long after a save the former value may still be in use. */
  static final Duration LOOK_EVERY = Duration.ofMillis(10);

  /** So long a file must be gone or empty before it counts. */
  static final Duration BELIEVE_AFTER = Duration.ofMillis(500);

  /** File systems may count changes in steps of a second; so long a change may hide another. */
  private static final Duration STEP = Duration.ofSeconds(1);

  /** Warnings about one version of a file that are logged; check names them all. */
  private static final int WARNINGS_MAX = 20;

  private static final Logger LOG = Logger.getLogger(WatchedFile.class);

  /** Whether the site may do without the file. */
  enum Absence {
    /** Removing the file is an edit like any other. */
    MEANT,
    /** A file that is gone is wrong. */
    WRONG
  }

  /** What there is to say to whoever asks. */
  private sealed interface State<T> {
    record Good<T>(T value) implements State<T> {}

    record Gone<T>() implements State<T> {}

    /** Wrong, and never right. */
    record Unknown<T>() implements State<T> {}
  }

  /** What tells one version of a file from another. */
  private record Version(long size, Instant changed, String key) {}

  private final Path file;
  private final String name;
  private final FileFormat<T> format;
  private final Absence absence;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile State<T> state = new State.Unknown<>();
  private volatile long lookedAt = System.nanoTime() - LOOK_EVERY.toNanos();
  private volatile boolean looked;

  // Only with the lock.
  private @Nullable Version version;
  private boolean settled;
  private Optional<Long> doubtedSince = Optional.empty();
  private List<SiteProblem> shouted = List.of();
  private List<SiteProblem> warned = List.of();

  /**
   * @param name how the log calls the file
   */
  WatchedFile(Path file, String name, FileFormat<T> format, Absence absence) {
    this.absence = absence;
    this.file = file;
    this.name = name;
    this.format = format;
  }

  /**
   * The value; empty if the file is gone.
   *
   * @throws UncheckedIOException if the file is wrong and was never right; whoever asks cannot
   *     know, and defers
   */
  Optional<T> value() {
    if (System.nanoTime() - lookedAt >= LOOK_EVERY.toNanos()) {
      look();
    }
    return switch (state) {
      case State.Good<T>(T value) -> Optional.of(value);
      case State.Gone<T>() -> Optional.empty();
      case State.Unknown<T>() ->
          throw new UncheckedIOException(new IOException(name + " is wrong and was never right"));
    };
  }

  private void look() {
    if (!looked) {
      looking.lock(); // The first value: everybody has to wait for it.
    } else if (!looking.tryLock()) {
      return;
    }
    try {
      if (System.nanoTime() - lookedAt >= LOOK_EVERY.toNanos()) {
        lookNow();
        lookedAt = System.nanoTime();
        looked = true;
      }
    } finally {
      looking.unlock();
    }
  }

  private void lookNow() {
    Optional<Version> now = version();
    boolean isGone = now.isEmpty() && isRemoved();
    boolean isEmptied = now.filter(v -> v.size() == 0).isPresent();
    if (!isGone && !isEmptied) {
      doubtedSince = Optional.empty();
    } else if (isDoubted()) {
      return;
    }
    if (isGone && absence == Absence.MEANT) {
      state = new State.Gone<>();
      version = null;
    } else if (now.isEmpty() || !settled || !now.get().equals(version)) {
      readAs(now);
    }
  }

  /** A link that leads nowhere is not removed, nor is a file whose whole folder is away. */
  private boolean isRemoved() {
    Path parent = file.getParent();
    return !Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && parent != null
        && Files.isDirectory(parent);
  }

  /** Whether there is a good value to keep until what is seen now has been so for long enough. */
  private boolean isDoubted() {
    long now = System.nanoTime();
    if (doubtedSince.isEmpty()) {
      doubtedSince = Optional.of(now);
    }
    return state instanceof State.Good && now - doubtedSince.get() < BELIEVE_AFTER.toNanos();
  }

  private void readAs(Optional<Version> before) {
    Checked<T> read = SiteFiles.read(file, name, format);
    if (!before.equals(version()) && state instanceof State.Good) {
      settled = false; // It is being written; the next look reads it again.
      return;
    }
    settled = before.filter(this::isOldEnough).isPresent();
    version = before.orElse(null);
    switch (read) {
      case Checked.Good<T>(T value, List<SiteProblem> warnings) -> {
        state = new State.Good<>(value);
        if (!shouted.isEmpty()) {
          LOG.infof("%s is right again", name);
          shouted = List.of();
        }
        warn(warnings);
      }
      case Checked.Wrong<T>(List<SiteProblem> problems) -> {
        if (state instanceof State.Gone) {
          state = new State.Unknown<>();
        }
        shout(problems);
      }
    }
  }

  private boolean isOldEnough(Version seen) {
    return Duration.between(seen.changed(), Instant.now()).abs().compareTo(STEP) > 0;
  }

  private void warn(List<SiteProblem> warnings) {
    if (!warnings.equals(warned)) {
      warnings.stream().limit(WARNINGS_MAX).forEach(LOG::warn);
      warned = warnings;
    }
  }

  private void shout(List<SiteProblem> problems) {
    if (!problems.equals(shouted)) {
      String until = state instanceof State.Good ? "its last good version counts" : "mail waits";
      problems.forEach(problem -> LOG.errorf("%s; until it is mended, %s", problem, until));
      shouted = problems;
    }
  }

  private Optional<Version> version() {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Version(is.size(), is.lastModifiedTime().toInstant(), String.valueOf(is.fileKey())));
    } catch (IOException e) {
      return Optional.empty(); // Gone, or a link that leads nowhere; reading it says which.
    }
  }
}
