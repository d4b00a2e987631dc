package postbus.site;

import java.util.List;
import java.util.function.Function;

/** What reading a file of the site gave: its value, or all that is wrong with it. */
public sealed interface Checked<T> {

  /** The file is right. */
  record Good<T>(T value) implements Checked<T> {}

  /** The file must not be used. */
  record Wrong<T>(List<SiteProblem> problems) implements Checked<T> {
    public Wrong {
      problems = List.copyOf(problems);
    }
  }

  /** Good, unless problems were found. */
  static <T> Checked<T> of(T value, List<SiteProblem> problems) {
    return problems.isEmpty() ? new Good<>(value) : new Wrong<>(problems);
  }

  /** Goes on with the value; problems are passed on. */
  default <U> Checked<U> then(Function<T, Checked<U>> next) {
    return switch (this) {
      case Good<T>(T value) -> next.apply(value);
      case Wrong<T>(List<SiteProblem> problems) -> new Wrong<>(problems);
    };
  }
}
