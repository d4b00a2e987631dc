package postbus.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import postbus.testkit.MetricFamilies;
import postbus.testkit.MetricFamilies.Family;

/** What docs/metrics.md knows, and what an expression for Prometheus asks for beyond it. */
final class KnownMetrics {
  /** What any series has, or a histogram's. */
  private static final Set<String> OF_ALL = Set.of("job", "instance", "le");

  private static final Pattern NAME =
      Pattern.compile(
          "(?<![\\w:$.\"])((?:postbus|kafka|jvm|process|system)_\\w+|up)"
              + "(?![\\w:(])(?:\\{([^}]*)})?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*[=!]~?\"?");
  private static final Pattern OTHERS = Pattern.compile("(?m)^\\| `(?!postbus_)(\\w+)` \\|");

  private final Map<String, Family> ours;
  private final Set<String> others;

  KnownMetrics(Path document) throws IOException {
    this.ours = MetricFamilies.documented(document);
    this.others =
        OTHERS
            .matcher(Files.readString(document))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toSet());
  }

  /** What is wrong with the metrics and labels of an expression. */
  List<String> unknownIn(String expression) {
    List<String> unknown = new ArrayList<>();
    for (MatchResult metric : NAME.matcher(expression).results().toList()) {
      String name = metric.group(1);
      Family family = family(name);
      if (family != null) {
        Set<String> labels = labels(metric.group(2));
        labels.removeAll(family.labels());
        labels.forEach(label -> unknown.add(name + " has no label " + label));
      } else if (!others.contains(name)) {
        unknown.add("no metric " + name);
      }
    }
    return unknown;
  }

  private @Nullable Family family(String name) {
    Family family = ours.get(name);
    String whole = name.replaceFirst("_(bucket|count|sum|max)$", "");
    Family histogram = ours.get(whole);
    return family != null
        ? family
        : histogram != null && histogram.type().equals("histogram") ? histogram : null;
  }

  private static Set<String> labels(@Nullable String matchers) {
    Set<String> labels = new TreeSet<>();
    if (matchers != null) {
      LABEL
          .matcher(matchers.replaceAll("\"[^\"]*\"", "\"\""))
          .results()
          .forEach(label -> labels.add(label.group(1)));
    }
    labels.removeAll(OF_ALL);
    return labels;
  }
}
