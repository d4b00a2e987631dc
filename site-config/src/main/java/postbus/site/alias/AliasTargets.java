package postbus.site.alias;

import java.util.List;

/**
 * What the right-hand side of an alias says. It is read as Exim reads a redirection list: items
 * between commas or line ends, {@code #} comments; addresses with or without display name, {@code
 * |command}, {@code /file}, {@code :include:/file}. {@code :fail: text}, {@code :defer: text} and
 * {@code :blackhole:} decide for the whole list wherever they stand; their text goes on to the end.
 */
public sealed interface AliasTargets {

  /** At least one target. */
  record Some(List<Target> targets) implements AliasTargets {
    public Some {
      targets = List.copyOf(targets);
    }
  }

  /** An empty list: as if there were no alias. */
  record None() implements AliasTargets {}

  /**
   * Refused with this text; it may be empty.
   *
   * @param before targets that stand before {@code :fail:}: as with Exim, they get the mail
   */
  record Fail(String text, List<Target> before) implements AliasTargets {
    public Fail {
      before = List.copyOf(before);
    }
  }

  /** Put off with this text; it may be empty. */
  record Defer(String text) implements AliasTargets {}

  /** Thrown away. */
  record Blackhole() implements AliasTargets {}

  /** Not to be understood, for this reason: nobody knows what was meant. */
  record Wrong(String why) implements AliasTargets {}

  /**
   * Reads a right-hand side.
   *
   * @param domain to which addresses without one belong
   */
  static AliasTargets parse(String text, String domain, Includes includes) {
    return new AliasReader(domain, includes).read(text);
  }
}
