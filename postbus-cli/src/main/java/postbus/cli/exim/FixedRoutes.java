package postbus.cli.exim;

import java.util.ArrayList;
import java.util.List;

/** Translates routers that name hosts: a smart host, or hosts for single domains. */
final class FixedRoutes {
  private static final String DOMAIN = "[A-Za-z0-9][A-Za-z0-9.-]*";

  private final SiteDraft draft;
  private final Notes notes;

  FixedRoutes(SiteDraft draft, Notes notes) {
    this.draft = draft;
    this.notes = notes;
  }

  void translate(Block router) {
    if (router.look("route_list").isEmpty()) {
      return; // Hosts that are looked up; all of it is told.
    }
    String place = router.place("route_list");
    for (String rule : router.take("route_list", "").split("\\s*;\\s*")) {
      String[] parts = rule.replace("\"", "").split("\\s+", 3);
      List<String> hosts = parts.length < 2 ? List.of() : hosts(parts[1]);
      boolean isForAll = parts[0].equals("*");
      if (hosts.isEmpty() || !isForAll && !parts[0].matches(DOMAIN)) {
        notes.add(place, "not translated: the route " + rule);
      } else if (isForAll) {
        draft.put(hosts, "smart-host");
      } else {
        draft.put(hosts, "routes", parts[0]);
      }
      if (parts.length > 2 && !parts[2].matches("bydns|byname")) {
        notes.add(place, "not translated: " + parts[2] + " of the route " + rule);
      }
    }
    router.ignore("driver", "transport", "no_more", "host_find_failed");
    if (router.look("domains").matches("! ?\\+local_domains")) {
      router.ignore("domains");
    }
  }

  private static List<String> hosts(String text) {
    List<String> hosts = new ArrayList<>();
    for (String host : text.split(":(?!:|\\d)")) {
      String[] parts = host.split("::", 2);
      if (!parts[0].matches(DOMAIN)) {
        return List.of();
      }
      hosts.add(parts[0] + ":" + (parts.length == 2 ? parts[1] : "25"));
    }
    return hosts;
  }
}
