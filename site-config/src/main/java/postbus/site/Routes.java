package postbus.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import postbus.mail.NextHop.Host;
import postbus.mail.NextHop.Hosts;
import postbus.site.Section.Text;

/** Reads {@code smart-host} and the section {@code routes}: hosts that the site names itself. */
final class Routes {
  static final String HOST_PORT = "host:port, such as smtp.example.org:25 or [::1]:2526";
  private static final String EXPECTED = HOST_PORT + "; or a list of them, the best first";

  private Routes() {}

  static Optional<Hosts> smartHost(Section root, Listeners listeners) {
    return hosts(root, "smart-host", listeners);
  }

  static Map<String, Hosts> read(Section section, Listeners listeners) {
    Map<String, Hosts> routes = new LinkedHashMap<>();
    for (String domain : section.names("a domain", Notation::domain)) {
      hosts(section, domain, listeners)
          .ifPresent(hosts -> routes.put(domain.toLowerCase(Locale.ROOT), hosts));
    }
    return routes;
  }

  private static Optional<Hosts> hosts(Section section, String key, Listeners listeners) {
    List<Host> hosts = new ArrayList<>();
    List<Text> texts = section.texts(key, EXPECTED, Setting.NONE);
    if (section.has(key) && texts.isEmpty()) {
      section.wrong(key, "is empty, expected " + EXPECTED + ", or no such line");
    }
    for (Text text : texts) {
      Optional<Host> host = Notation.host(text.value());
      if (host.isEmpty()) {
        section.wrong(key, "is \"" + text.value() + "\", expected " + EXPECTED);
      } else {
        mustNotBeOurs(section, key, host.get(), listeners);
        hosts.add(host.get());
      }
    }
    return hosts.isEmpty() ? Optional.empty() : Optional.of(new Hosts(hosts));
  }

  private static void mustNotBeOurs(Section section, String key, Host host, Listeners listeners) {
    listeners
        .at(host.name(), host.port())
        .ifPresent(name ->
            section.wrong(
                key,
                "is our own listener " + name + ", expected another server (mail would circle)"));
  }
}
