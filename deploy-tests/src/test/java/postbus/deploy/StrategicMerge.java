package postbus.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Kubernetes' strategic merge of a patch into a resource, for workloads: maps are merged, null
 * takes away, lists of things with a name are merged by it with the patch's things first, and other
 * lists are replaced.
 */
final class StrategicMerge {
  /** The lists that are merged, and what tells their items from one another. */
  private static final Map<String, String> NAMES =
      Map.of(
          "containers", "name",
          "initContainers", "name",
          "env", "name",
          "volumes", "name",
          "volumeMounts", "mountPath");

  private StrategicMerge() {}

  static void into(Map<String, Object> resource, Map<String, Object> patch) {
    patch.forEach((key, value) -> {
      Object merged = merged(key, resource.get(key), value);
      if (merged == null) {
        resource.remove(key);
      } else {
        resource.put(key, merged);
      }
    });
  }

  private static Object merged(String key, Object is, Object patch) {
    if (patch instanceof Map<?, ?> map) {
      Map<String, Object> into = is instanceof Map<?, ?> old ? typed(old) : new LinkedHashMap<>();
      into(into, typed(map));
      return into;
    }
    String name = NAMES.get(key);
    return patch instanceof List<?> items && name != null
        ? mergedList(is instanceof List<?> old ? old : List.of(), items, name)
        : copy(patch);
  }

  private static List<Object> mergedList(List<?> is, List<?> patch, String name) {
    List<Object> rest = new ArrayList<>(is);
    List<Object> merged = new ArrayList<>();
    for (Object item : patch) {
      Map<String, Object> change = typed((Map<?, ?>) item);
      Object old = named(rest, name, change.get(name));
      rest.remove(old);
      if (!"delete".equals(change.get("$patch"))) {
        merged.add(merged("", old, change));
      }
    }
    merged.addAll(rest);
    return merged;
  }

  private static Object named(List<Object> items, String name, Object value) {
    return items.stream()
        .filter(item -> Objects.equals(((Map<?, ?>) item).get(name), value))
        .findFirst()
        .orElse(null);
  }

  /** The same tree with no part of the other. */
  static Object copy(Object tree) {
    return switch (tree) {
      case Map<?, ?> map -> typed(map);
      case List<?> items -> new ArrayList<>(items.stream().map(StrategicMerge::copy).toList());
      case null -> null;
      default -> tree;
    };
  }

  private static Map<String, Object> typed(Map<?, ?> map) {
    Map<String, Object> typed = new LinkedHashMap<>();
    map.forEach((key, value) -> typed.put(key.toString(), copy(value)));
    return typed;
  }
}
