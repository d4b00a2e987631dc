package postbus.site;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import postbus.site.WatchedFile.Absence;

/**
 * A text file of the site that only its user can read, such as a private key or accounts, read
 * live: an edit counts at most 0.01 s after it was saved, with no further step. A file that turned
 * wrong, or is gone, keeps its last good value in force, and the log says so once. For any number
 * of threads.
 */
public final class LiveFile<T> {
  private final WatchedFile<T> watched;

  /**
   * Reads it at once, and later whenever it was changed.
   *
   * @param reader throws {@link IllegalArgumentException} where the file is wrong, and says what
   *     was found and what was expected
   * @throws IllegalArgumentException if the file is wrong from the start
   */
  public LiveFile(Path file, Function<Path, T> reader) {
    String name = file.toString();
    FileFormat<T> format = (_, _) -> read(file, reader);
    if (SiteFiles.read(file, name, format)
        instanceof Checked.Wrong<T>(List<SiteProblem> problems)) {
      throw new IllegalArgumentException(problems.getFirst().toString());
    }
    watched = new WatchedFile<>(file, name, format, Absence.WRONG);
    var _ = watched.value();
  }

  private LiveFile(WatchedFile<T> watched) {
    this.watched = watched;
  }

  /**
   * A file that may be wrong from the start.
   *
   * @param folder of the site
   * @param name of the file in it
   */
  public static <T> LiveFile<T> of(Path folder, String name, FileFormat<T> format) {
    return new LiveFile<>(new WatchedFile<>(folder.resolve(name), name, format, Absence.WRONG));
  }

  /** What such a file says now, and all that is wrong with it. */
  public static <T> Checked<T> read(Path folder, String name, FileFormat<T> format) {
    return SiteFiles.read(folder.resolve(name), name, format);
  }

  private static <T> Checked<T> read(Path file, Function<Path, T> reader) {
    try {
      return new Checked.Good<>(reader.apply(file));
    } catch (IllegalArgumentException e) {
      String what = String.valueOf(e.getMessage());
      return new Checked.Wrong<>(List.of(new SiteProblem(file.toString(), 0, what)));
    }
  }

  /**
   * What its last good version says.
   *
   * @throws java.io.UncheckedIOException if there is none
   */
  public T value() {
    return watched.value().orElseThrow(); // One that may not be gone is never empty.
  }
}
