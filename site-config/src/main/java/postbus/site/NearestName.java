package postbus.site;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which name somebody may have meant who wrote another one. */
final class NearestName {
  private NearestName() {}

  /** The name with the least share of wrong letters, if that is at most half. */
  static Optional<String> of(String text, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingDouble(name -> wrongShare(text, name)))
        .filter(name -> wrongShare(text, name) <= 0.5);
  }

  /** The end of a sentence such as {@code , did you mean "helo"?}; empty if nothing is near. */
  static String hint(String text, Collection<String> names) {
    return of(text, names).map(name -> ", did you mean \"" + name + "\"?").orElse("");
  }

  private static double wrongShare(String text, String name) {
    return (double) edits(text, name) / Math.max(text.length(), name.length());
  }

  /** The Levenshtein distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
