package postbus.site;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What reading a file of the site gave: its value, or all that is wrong with it. */
public sealed interface Checked<T> {

  /**
   * The file is to be used.
   *
   * @param warnings what stands in it and surely was not meant, such as a line that is never found
   */
  record Good<T>(T value, List<SiteProblem> warnings) implements Checked<T> {
    public Good {
      warnings = List.copyOf(warnings);
    }

    Good(T value) {
      this(value, List.of());
    }
  }

  /** The file must not be used. */
  record Wrong<T>(List<SiteProblem> problems) implements Checked<T> {
    public Wrong {
      problems = List.copyOf(problems);
    }
  }

  /** Goes on with the value; problems and warnings are passed on. */
  default <U> Checked<U> then(Function<T, Checked<U>> next) {
    return switch (this) {
      case Good<T>(T value, List<SiteProblem> warnings) -> next.apply(value).warned(warnings);
      case Wrong<T>(List<SiteProblem> problems) -> new Wrong<>(problems);
    };
  }

  private Checked<T> warned(List<SiteProblem> before) {
    if (before.isEmpty() || !(this instanceof Good<T>(T value, List<SiteProblem> warnings))) {
      return this;
    }
    List<SiteProblem> all = new ArrayList<>(before);
    all.addAll(warnings);
    return new Good<>(value, all);
  }
}
