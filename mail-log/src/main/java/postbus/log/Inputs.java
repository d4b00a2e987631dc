package postbus.log;

import java.util.Set;
import java.util.regex.Pattern;

/** The topics that a stage takes from. */
public sealed interface Inputs {

  /** These topics. */
  record Named(Set<String> topics) implements Inputs {
    public Named {
      topics = Set.copyOf(topics);
    }
  }

  /** Every topic whose whole name matches, also one that is created later. */
  record Matching(Pattern pattern) implements Inputs {}

  /** These topics. */
  static Inputs of(String... topics) {
    return new Named(Set.of(topics));
  }

  /** Every topic whose whole name matches the regular expression. */
  static Inputs matching(String expression) {
    return new Matching(Pattern.compile(expression));
  }
}
