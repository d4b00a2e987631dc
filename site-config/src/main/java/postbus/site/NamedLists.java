package postbus.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import postbus.site.Section.Text;

/**
 * Lists that may hold each other: {@code +app-servers} in one list stands for all that is in the
 * list {@code app-servers}. A reference to nothing, or back to itself, is a problem.
 */
final class NamedLists {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  static final String NAME_EXPECTED = "a name of at most 40 letters a-z, digits and hyphens";

  private final Reading reading;
  private final String kind;
  private final Map<String, List<Text>> lists = new LinkedHashMap<>();

  NamedLists(Reading reading, Section section, String kind, String expected) {
    this.reading = reading;
    this.kind = kind;
    for (String name : section.names(NAME_EXPECTED, NamedLists::name)) {
      lists.put(name, section.texts(name, expected, Setting.NONE));
    }
  }

  /** What lists, pools and listeners may be called. */
  static Optional<String> name(String text) {
    return NAME.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }

  Set<String> names() {
    return lists.keySet();
  }

  /** The entries of a list, and of all lists that it refers to. */
  List<Text> entries(String name) {
    List<Text> entries = new ArrayList<>();
    collect(name, new LinkedHashSet<>(Set.of(name)), entries);
    return entries;
  }

  private void collect(String name, Set<String> way, List<Text> entries) {
    for (Text text : lists.getOrDefault(name, List.of())) {
      if (!text.value().startsWith("+")) {
        entries.add(text);
        continue;
      }
      String other = text.value().substring(1);
      if (!lists.containsKey(other)) {
        reading.wrong(text.line(), "\"+" + other + "\" is no " + kind + hintOrNames(other));
      } else if (!way.add(other)) {
        reading.wrong(
            text.line(),
            "\"+"
                + other
                + "\" in "
                + kind
                + " "
                + name
                + " leads back to "
                + other
                + ", expected lists that do not hold themselves");
      } else {
        collect(other, way, entries);
        way.remove(other);
      }
    }
  }

  private String hintOrNames(String other) {
    String hint = NearestName.hint(other, names());
    return hint.isEmpty() ? ", expected one of " + String.join(", ", names()) : hint;
  }
}
