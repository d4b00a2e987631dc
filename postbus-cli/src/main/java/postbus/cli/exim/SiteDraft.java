package postbus.cli.exim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** A {@code postbus.yaml} that is being written. */
final class SiteDraft {
  private static final int WIDTH = 100;

  /** The order in which a person reads it; what is not named here follows. */
  private static final List<String> ORDER =
      List.of(
          "primary-hostname", "host-lists", "domain-lists", "lists-domain", "listeners", "pools");

  private final Map<String, Object> sections = new LinkedHashMap<>();

  /**
   * @param path the sections, and at last the key
   */
  void put(Object value, String... path) {
    Map<String, Object> section = sections;
    for (int i = 0; i < path.length - 1; i++) {
      section = within(section, path[i]);
    }
    section.put(path[path.length - 1], value);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> within(Map<String, Object> section, String key) {
    return (Map<String, Object>) section.computeIfAbsent(key, _ -> new LinkedHashMap<>());
  }

  boolean has(String... path) {
    Object node = sections;
    for (String key : path) {
      node = node instanceof Map<?, ?> section ? section.get(key) : null;
    }
    return node != null;
  }

  /** Whether one of the parts of a section says this under the key. */
  boolean isSaid(String value, String section, String key) {
    return sections.get(section) instanceof Map<?, ?> parts
        && parts.values().stream()
            .anyMatch(part -> part instanceof Map<?, ?> said && value.equals(said.get(key)));
  }

  String text() {
    Map<String, Object> ordered = new LinkedHashMap<>();
    ORDER.stream()
        .filter(sections::containsKey)
        .forEach(key -> ordered.put(key, sections.get(key)));
    sections.forEach(ordered::putIfAbsent);
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.AUTO);
    options.setWidth(WIDTH);
    return new Yaml(options).dump(ordered);
  }
}
