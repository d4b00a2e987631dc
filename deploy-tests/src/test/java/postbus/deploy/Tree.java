package postbus.deploy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A part of a manifest, by the names that it has there; what is not there is empty. */
record Tree(Object value) {

  /** Steps without dots in them, such as {@code "spec", "template"}. */
  Tree at(String... steps) {
    Object at = value;
    for (String step : steps) {
      at = at instanceof Map<?, ?> map && map.get(step) != null ? map.get(step) : Map.of();
    }
    return new Tree(at);
  }

  boolean isThere() {
    return !Map.of().equals(value);
  }

  /** The items of a list. */
  Stream<Tree> each() {
    return value instanceof List<?> items ? items.stream().map(Tree::new) : Stream.of();
  }

  /** The item of a list that has this name. */
  Tree named(String name) {
    return each()
        .filter(item -> item.text("name").equals(name))
        .findFirst()
        .orElse(new Tree(Map.of()));
  }

  List<String> texts() {
    return each().map(Tree::text).toList();
  }

  /** A scalar as a text; empty if it is not there. */
  String text() {
    return isThere() ? value.toString() : "";
  }

  String text(String... steps) {
    return at(steps).text();
  }

  int number(String... steps) {
    return Integer.parseInt(text(steps));
  }

  /** A map of scalars. */
  Map<String, String> pairs() {
    return parts().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, part -> part.getValue().toString()));
  }

  /** A map of whatever is in it. */
  @SuppressWarnings("unchecked") // What YAML reads.
  Map<String, Object> parts() {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  /**
   * Whether a label selector such as {@code spec.selector} takes these labels; an empty one all.
   */
  boolean selects(Map<String, String> labels) {
    return labels.entrySet().containsAll(at("matchLabels").pairs().entrySet())
        && at("matchExpressions").each().allMatch(one -> one.isMetBy(labels));
  }

  private boolean isMetBy(Map<String, String> labels) {
    if (!text("operator").equals("In")) {
      throw new IllegalArgumentException("not known here: " + this);
    }
    return at("values").texts().contains(Objects.toString(labels.get(text("key")), ""));
  }

  @Override
  public String toString() {
    return Arrays.deepToString(new Object[] {value});
  }
}
