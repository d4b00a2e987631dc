package postbus.cli.exim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Translates lists of hosts and of domains. An item that we have no word for is a note. */
final class NamedLists {
  private static final String NETWORK =
      "[0-9]+(\\.[0-9]+){3}(/\\d+)?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*(/\\d+)?";
  private static final String DOMAIN = "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?";

  /** Without these a site does not start. */
  private static final List<String> NEEDED =
      List.of("system-domains", "relay-domains", "legacy-mailman-domains", "local-domains");

  private final SiteDraft draft;
  private final SiteFolder folder;
  private final Notes notes;

  NamedLists(SiteDraft draft, SiteFolder folder, Notes notes) {
    this.draft = draft;
    this.folder = folder;
    this.notes = notes;
  }

  void translate(EximConfig config) throws IOException {
    for (Map.Entry<String, Setting> list : config.hostLists.entrySet()) {
      String place = list.getValue().place();
      draft.put(hosts(list.getValue().take(), place), "host-lists", ours(list.getKey()));
    }
    for (Map.Entry<String, Setting> list : config.domainLists.entrySet()) {
      String name = list.getKey().equals("relay_to_domains") ? "relay_domains" : list.getKey();
      String value = list.getValue().take();
      // All domains are scanned where no list names them.
      if (!(name.equals("spamassassin_domains") && value.equals("*"))) {
        draft.put(domains(value, list.getValue().place()), "domain-lists", ours(name));
      }
    }
    for (String needed : NEEDED) {
      if (!draft.has("domain-lists", needed)) {
        draft.put(
            needed.equals("system-domains") ? List.of("@") : List.of(), "domain-lists", needed);
      }
    }
  }

  /** Exim's names with our hyphens. */
  static String ours(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  List<String> hosts(String value, String place) throws IOException {
    List<String> hosts = new ArrayList<>();
    for (String item : EximList.of(value)) {
      Optional<String> file = file(item);
      if (item.startsWith("+")) {
        hosts.add(ours(item));
      } else if (item.equals("@[]") || item.matches(NETWORK)) {
        hosts.add(item);
      } else if (item.equals("localhost")) {
        hosts.addAll(List.of("127.0.0.1", "::1"));
      } else if (file.isPresent()) {
        hosts.add("file:" + copied(file.get(), place));
      } else {
        notes.add(place, "not translated: the host " + item);
      }
    }
    return hosts;
  }

  private List<String> domains(String value, String place) throws IOException {
    List<String> domains = new ArrayList<>();
    for (String item : EximList.of(value)) {
      Optional<String> file = file(item);
      if (item.startsWith("+")) {
        domains.add(ours(item));
      } else if (item.equals("@") || item.matches(DOMAIN)) {
        domains.add(item);
      } else if (item.matches("@mx_primary(/ignore ?= ?127\\.0\\.0\\.1)?")) {
        domains.add("@mx_primary"); // That address never counts for us.
      } else if (file.isPresent()) {
        domains.add("file:" + copied(file.get(), place));
      } else {
        notes.add(place, "not translated: the domain " + item);
      }
    }
    return domains;
  }

  /** The file that an item looks up in. */
  private static Optional<String> file(String item) {
    String name = item.replaceFirst("^(net-)?(iplsearch|lsearch|nwildlsearch) ?; ?", "");
    return name.startsWith("/") ? Optional.of(name) : Optional.empty();
  }

  private String copied(String file, String place) throws IOException {
    Path from = Path.of(file);
    String name = ours(String.valueOf(from.getFileName()));
    folder.copyKeys(from, name, place);
    return name;
  }
}
