package postbus.site;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A block of {@code key: value} lines. Whoever asks it for a key says what is expected there; a
 * value that is not so is a problem of the reading, and the asker goes on without it, so that one
 * reading finds all mistakes.
 */
final class Section {

  /** A value and where it stands. */
  record Text(String value, int line) {}

  private final Reading reading;
  private final String path;
  private final String documented;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private boolean freeNames;

  private Section(
      Reading reading, String path, String documented, int line, @Nullable MappingNode node) {
    this.reading = reading;
    this.path = path;
    this.documented = documented;
    this.line = line;
    reading.opened(this);
    if (node != null) {
      node.getValue().forEach(this::take);
    }
  }

  static Section root(Reading reading, MappingNode node) {
    return new Section(reading, "", "", 1, node);
  }

  private void take(NodeTuple tuple) {
    int here = YamlNode.lineOf(tuple.getKeyNode());
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      reading.wrong(here, "a list or section in place of a key, expected a name");
      return;
    }
    Integer before = lines.putIfAbsent(key.getValue(), here);
    if (before != null) {
      reading.wrong(
          here, in(key.getValue()) + " is here and in line " + before + ", expected it once");
      return;
    }
    values.put(key.getValue(), tuple.getValueNode());
  }

  /** Where the key stands, or its section if it is not there. */
  int line(String key) {
    return lines.getOrDefault(key, line);
  }

  /** Whether the key is there, with or without a value. */
  boolean has(String key) {
    return lines.containsKey(key);
  }

  Set<String> keys() {
    return lines.keySet();
  }

  void wrong(String foundAndExpected) {
    reading.wrong(line, path + " " + foundAndExpected);
  }

  void wrong(String key, String foundAndExpected) {
    reading.wrong(line(key), in(key) + " " + foundAndExpected);
  }

  /** The section of this name; empty if it is not there. */
  Section section(String key) {
    known.add(key);
    Node node = values.get(key);
    if (node != null && !(node instanceof MappingNode) && !YamlNode.isNothing(node)) {
      wrong(key, "is " + YamlNode.describe(node) + ", expected a section of \"key: value\" lines");
    }
    return new Section(
        reading, in(key), documented(key), line(key), node instanceof MappingNode map ? map : null);
  }

  /** The keys, if the site may choose them, in the file's order. */
  List<String> names(String expected, Function<String, Optional<String>> parse) {
    freeNames = true;
    List<String> names = new ArrayList<>();
    lines.forEach((name, at) -> {
      if (parse.apply(name).isPresent()) {
        names.add(name);
      } else {
        reading.wrong(at, "\"" + name + "\" in " + path + ", expected " + expected);
      }
    });
    return names;
  }

  /** A value, or empty where it is not there or wrong. */
  <T> Optional<T> value(
      String key, String expected, String otherwise, Function<String, Optional<T>> parse) {
    known.add(key);
    reading.lookedFor(new Setting(documented(key), expected, otherwise));
    Node node = values.get(key);
    if (node == null || YamlNode.isNothing(node)) {
      if (otherwise.equals(Setting.REQUIRED)) {
        wrong(key, "is missing, expected " + expected);
      } else if (node != null) {
        wrong(key, "has no value, expected " + expected + ", or no such line");
      }
      return Optional.empty();
    }
    Optional<T> value =
        node instanceof ScalarNode scalar ? parse.apply(scalar.getValue()) : Optional.empty();
    if (value.isEmpty()) {
      wrong(key, "is " + YamlNode.describe(node) + ", expected " + expected);
    }
    return value;
  }

  /** A value that names something which the site has elsewhere. */
  Optional<String> reference(String key, String kind, String otherwise, Set<String> names) {
    Optional<String> name = value(key, "one of the " + kind, otherwise, Optional::of);
    if (name.isPresent() && !names.contains(name.get())) {
      String hint = NearestName.hint(name.get(), names);
      String found = "is \"" + name.get() + "\", none of the " + kind;
      wrong(key, found + (hint.isEmpty() ? ", expected one of " + String.join(", ", names) : hint));
      return Optional.empty();
    }
    return name;
  }

  /** A list of values; a single value counts as a list of one. */
  List<Text> texts(String key, String expected, String otherwise) {
    known.add(key);
    reading.lookedFor(new Setting(documented(key), expected, otherwise));
    Node node = values.get(key);
    if (node == null) {
      if (otherwise.equals(Setting.REQUIRED)) {
        wrong(key, "is missing, expected " + expected);
      }
      return List.of();
    }
    List<Text> texts = new ArrayList<>();
    List<Node> items = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    for (Node item : items) {
      if (item instanceof ScalarNode scalar && !YamlNode.isNothing(item)) {
        texts.add(new Text(scalar.getValue(), YamlNode.lineOf(item)));
      } else {
        String found = in(key) + " holds " + YamlNode.describe(item);
        reading.wrong(YamlNode.lineOf(item), found + ", expected " + expected);
      }
    }
    if (items.isEmpty() && otherwise.equals(Setting.REQUIRED)) {
      wrong(key, "is empty, expected " + expected);
    }
    return texts;
  }

  int count(String key, int otherwise, int from, int to) {
    return count(key, Integer.toString(otherwise), from, to).orElse(otherwise);
  }

  /**
   * @param otherwise what holds if it is empty, in words
   */
  OptionalInt count(String key, String otherwise, int from, int to) {
    return within(key, "a number", otherwise, from, to, String::valueOf, Notation::number)
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }

  long octets(String key, long otherwise, long from, long to) {
    String printed = Notation.print(otherwise);
    return within(key, "a size", printed, from, to, Notation::print, Notation::size)
        .orElse(otherwise);
  }

  Duration time(String key, Duration otherwise, Duration from, Duration to) {
    return time(key, Notation.print(otherwise), from, to).orElse(otherwise);
  }

  /**
   * @param otherwise what holds if it is empty, in words
   */
  Optional<Duration> time(String key, String otherwise, Duration from, Duration to) {
    return within(key, "a duration", otherwise, from, to, Notation::print, Notation::duration);
  }

  private <T extends Comparable<T>> Optional<T> within(
      String key,
      String kind,
      String otherwise,
      T from,
      T to,
      Function<T, String> print,
      Function<String, Optional<T>> parse) {
    return value(
        key,
        kind + " from " + print.apply(from) + " to " + print.apply(to),
        otherwise,
        text -> parse.apply(text).filter(v -> v.compareTo(from) >= 0 && v.compareTo(to) <= 0));
  }

  void unknownKeysAreWrong() {
    if (freeNames) {
      return;
    }
    lines.forEach((key, at) -> {
      if (!known.contains(key)) {
        String place = path.isEmpty() ? "" : " in " + path;
        String hint = NearestName.hint(key, known);
        String expected = ", expected one of " + String.join(", ", known);
        reading.wrong(
            at, "unknown key \"" + key + "\"" + place + (hint.isEmpty() ? expected : hint));
      }
    });
  }

  private String in(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private String documented(String key) {
    String name = freeNames ? "NAME" : key;
    return documented.isEmpty() ? name : documented + "." + name;
  }
}
