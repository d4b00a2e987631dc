package postbus.cli.exim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Translates transports that speak SMTP: the pools, with their addresses and their keys. */
final class Senders {
  private static final String ALL_HOSTS = "\\*|<; ?0\\.0\\.0\\.0/0 ?; ?(0::0|::|::0)/0";

  private final SiteDraft draft;
  private final SiteFolder folder;
  private final Notes notes;
  private final String address;

  /**
   * @param address from which mail leaves where a transport does not say it
   */
  Senders(SiteDraft draft, SiteFolder folder, Notes notes, String address) {
    this.draft = draft;
    this.folder = folder;
    this.notes = notes;
    this.address = address;
  }

  void translate(String pool, Block transport) throws IOException {
    String source = transport.take("interface", address);
    draft.put(source.replaceFirst("^<; ?", ""), "pools", pool, "source");
    transport.take("helo_data").ifPresent(helo -> draft.put(helo, "pools", pool, "helo"));
    transport.ignore("driver", "hosts_try_fastopen", "message_linelength_limit");
    if (transport.look("hosts_avoid_tls").matches(ALL_HOSTS)) {
      transport.ignore("hosts_avoid_tls");
      draft.put("never", "pools", pool, "tls");
    }
    if (!transport.look("dkim_domain").isEmpty()) {
      key(pool, transport);
    }
  }

  private void key(String pool, Block transport) throws IOException {
    String domain = transport.look("dkim_domain");
    String selector = transport.look("dkim_selector");
    String file = transport.look("dkim_private_key");
    if ((domain + selector + file).contains("$") || !file.startsWith("/")) {
      return; // A calculation; what is not taken is told.
    }
    transport.ignore("dkim_domain", "dkim_selector", "dkim_private_key", "dkim_canon");
    String name = "dkim/" + domain + "-" + selector + ".pem";
    if (folder.copySecret(Path.of(file), name, transport.place("dkim_private_key"))) {
      Map<String, String> key = new LinkedHashMap<>();
      key.put("domain", domain);
      key.put("selector", selector);
      key.put("key-file", name);
      draft.put(key, "pools", pool, "dkim", selector.toLowerCase(java.util.Locale.ROOT));
    } else {
      notes.add(transport.place("dkim_domain"), "mail of " + domain + " is not signed");
    }
  }
}
