package postbus.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What stands in docker-compose.yml, with its anchors resolved and its variables as written. */
final class ComposeFile {
  /** The checkout that the tests run in. */
  static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  private static final Map<String, Object> ALL = yaml("docker-compose.yml");

  private ComposeFile() {}

  /** A file of the checkout. */
  static Map<String, Object> yaml(String name) {
    return map(new Yaml(new SafeConstructor(new LoaderOptions())).load(text(name)));
  }

  static String text(String name) {
    try {
      return Files.readString(CHECKOUT.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The services by their names. */
  static Map<String, Map<String, Object>> services() {
    Map<String, Map<String, Object>> services = new LinkedHashMap<>();
    map(ALL.get("services")).forEach((name, service) -> services.put(name, map(service)));
    return services;
  }

  /** The address that a service has in a network, as it stands there. */
  static Object address(String service, String network) {
    return map(map(services().get(service).get("networks")).get(network)).get("ipv4_address");
  }

  /** Those of its image that are ours: they are built of a module with this name. */
  static String image(Map<String, Object> service) {
    return (String) service.get("image");
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object yaml) {
    return (Map<String, Object>) yaml;
  }

  /** Its elements; none if there is no list. */
  static List<?> list(Object yaml) {
    return yaml instanceof List<?> list ? list : List.of();
  }
}
