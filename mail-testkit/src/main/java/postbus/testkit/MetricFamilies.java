package postbus.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The metrics that docs/metrics.md promises, and those that a process exposes to Prometheus, in a
 * form in which they can be compared: by name, the type and the labels.
 */
public final class MetricFamilies {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(postbus_\\w+)` \\| (\\w+) \\| ([^|]*) \\|");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (postbus_\\w+) (\\w+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private MetricFamilies() {}

  /** What a metric is beside its name. */
  public record Family(String type, Set<String> labels) {}

  /** The rows of the table in a document whose first columns are name, type and labels. */
  public static Map<String, Family> documented(Path document) throws IOException {
    Map<String, Family> families = new TreeMap<>();
    ROW.matcher(Files.readString(document))
        .results()
        .forEach(row -> families.put(row.group(1), new Family(row.group(2), labels(row.group(3)))));
    return families;
  }

  private static Set<String> labels(String cell) {
    return Arrays.stream(cell.split("[`, ]+"))
        .filter(label -> !label.isBlank() && !label.equals("–"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * What a process exposes in Prometheus's text format. The greatest value of late that every
   * histogram has beside it is no family of its own.
   */
  public static Map<String, Family> exposed(String text) {
    Map<String, Family> families = new TreeMap<>();
    TYPE.matcher(text).results().forEach(type -> families.put(type.group(1), family(text, type)));
    families.keySet().removeIf(name -> isGreatest(name, families));
    return families;
  }

  private static boolean isGreatest(String name, Map<String, Family> families) {
    return name.endsWith("_max")
        && families.containsKey(name.substring(0, name.length() - "_max".length()));
  }

  private static Family family(String text, MatchResult type) {
    Set<String> labels = new TreeSet<>();
    Pattern sample =
        Pattern.compile("(?m)^" + type.group(1) + "(?:_bucket|_count|_sum)?\\{(.*)} \\S+$");
    Matcher samples = sample.matcher(text);
    while (samples.find()) {
      LABEL.matcher(samples.group(1)).results().map(label -> label.group(1)).forEach(labels::add);
    }
    labels.remove("le");
    return new Family(type.group(2), labels);
  }
}
