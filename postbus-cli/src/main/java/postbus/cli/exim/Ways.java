package postbus.cli.exim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates the routers of the seed, which Postbus has built in, in the seed's order: wiki mail,
 * DNS, alias files, OTRS, accounts, legacy mailing lists. What a router says beyond that is a note.
 */
final class Ways {
  private static final Pattern INTERFACE =
      Pattern.compile(".*match_ip\\{\\$(?:received_ip|interface)_address}\\{([^}]+)}.*");
  private static final Pattern ALIAS_FOLDER =
      Pattern.compile(".*(?:lsearch\\{(/[^${}]+)/\\$\\{?domain|dsearch[^{]*\\{(/[^}]+)}).*");
  private static final Pattern ALIAS_FILE =
      Pattern.compile("\\$\\{lookup\\{\\$local_part}lsearch\\{(/[^}$]+)}}");
  private static final Pattern ADDRESS_FILE =
      Pattern.compile(".*lookup\\{\\$local_part@\\$domain}lsearch\\{(/[^}$]+)}.*");
  private static final Pattern LISTS =
      Pattern.compile("\\$local_part(?:\\$local_part_suffix)?@([A-Za-z0-9.-]+)");
  private static final String BUILT_IN_SUFFIXES =
      "-bounces:-bounces+*:-confirm+*:-join:-leave:-owner:-request:-admin:-subscribe:-unsubscribe";

  private final EximConfig config;
  private final SiteDraft draft;
  private final SiteFolder folder;
  private final Notes notes;
  private final Senders senders;
  private final List<String> order = new ArrayList<>();

  Ways(EximConfig config, SiteDraft draft, SiteFolder folder, Notes notes, Senders senders) {
    this.config = config;
    this.draft = draft;
    this.folder = folder;
    this.notes = notes;
    this.senders = senders;
  }

  void translate(String primaryHostname) throws IOException {
    for (Block router : config.routers.values()) {
      switch (router.look("driver")) {
        case "dnslookup" -> dns(router);
        case "manualroute" -> new FixedRoutes(draft, notes).translate(router);
        case "redirect" -> redirect(router, primaryHostname);
        case "accept" -> accounts(router);
        default -> {
          // Nothing of it is taken, so all of it is told.
        }
      }
    }
    List<String> known = List.of("wiki", "dns", "aliases", "otrs", "accounts", "lists");
    List<String> sorted =
        order.stream().sorted((a, b) -> known.indexOf(a) - known.indexOf(b)).toList();
    if (!order.equals(sorted)) {
      notes.add("routers", "asked in the order " + order + ", while Postbus asks " + sorted);
    }
  }

  private void dns(Block router) throws IOException {
    Matcher address = INTERFACE.matcher(router.look("condition"));
    boolean isWiki = address.matches() && !router.look("senders").isEmpty();
    String pool = "normal";
    if (isWiki) {
      order.add("wiki");
      pool = router.look("transport").replaceFirst("_smtp$", "").replace('_', '-');
      String listener = NamedLists.ours(router.name());
      draft.put(EximSite.at25(address.group(1)), "listeners", listener, "address");
      draft.put(EximList.of(router.take("senders", "")), "wiki-mail", "senders");
      draft.put(listener, "wiki-mail", "listener");
      draft.put(pool, "wiki-mail", "pool");
      router.ignore("condition", "no_verify");
    } else if (router.look("condition").isEmpty() && router.look("senders").isEmpty()) {
      order.add("dns");
    } else {
      return;
    }
    router.ignore("driver", "transport", "no_more");
    expect(router, "domains", "! ?\\+local_domains", "mail to domains that are not local");
    Optional<String> ignored = router.take("ignore_target_hosts");
    if (ignored.isPresent() && !isWiki) {
      NamedLists lists = new NamedLists(draft, folder, notes);
      draft.put(
          lists.hosts(ignored.get(), router.place("ignore_target_hosts")),
          "host-lists",
          "ignore-target-hosts");
    }
    Block transport = config.transports.get(router.look("transport"));
    if (transport != null) {
      senders.translate(pool, transport);
    }
  }

  private void redirect(Block router, String primaryHostname) throws IOException {
    String data = router.look("data");
    String condition = router.look("condition");
    Matcher aliases = ALIAS_FOLDER.matcher(data + condition);
    Matcher aliasFile = ALIAS_FILE.matcher(data);
    Matcher lists = LISTS.matcher(data);
    if (aliases.matches()) {
      order.add("aliases");
      String from = aliases.group(1) == null ? aliases.group(2) : aliases.group(1);
      aliasOptions(router);
      folder.copyAliases(Path.of(from), router.place("data"));
    } else if (aliasFile.matches()) {
      aliasOptions(router);
      notes.add(router.place("data"), "aliases of all its domains are those of " + primaryHostname);
      folder.copyAlias(
          Path.of(aliasFile.group(1)), "aliases/" + primaryHostname, router.place("data"));
    } else if (lists.matches() && !router.look("local_parts").isEmpty()) {
      order.add("lists");
      lists(router, lists.group(1));
    } else if (data.matches("[^\\s${}@]+@[A-Za-z0-9.-]+")) {
      otrs(router, data, condition);
    }
  }

  private void aliasOptions(Block router) {
    router.ignore("driver", "data", "condition", "require_files", "allow_fail", "allow_defer");
    router.ignore("forbid_file", "include_directory", "file_transport", "reply_transport");
    expect(router, "domains", "\\+(local|system)_domains", "mail to local domains");
    if (router.take("qualify_preserve_domain").isEmpty()) {
      notes.add(router.place(), "names without a domain get that of their alias file here");
    }
    Block pipe = config.transports.get(router.take("pipe_transport", ""));
    if (pipe != null && pipe.look("driver").equals("pipe")) {
      pipe.ignore("driver", "return_output", "return_fail_output", "log_output");
    }
  }

  /** The user of the transport that runs the commands of aliases. */
  Optional<String> pipeUser() {
    return config.routers.values().stream()
        .map(router -> config.transports.get(router.look("pipe_transport")))
        .filter(transport -> transport != null && !transport.look("user").isEmpty())
        .findFirst()
        .flatMap(transport -> transport.take("user"));
  }

  private void otrs(Block router, String target, String condition) throws IOException {
    Matcher file = ADDRESS_FILE.matcher(condition);
    String servers = config.main.look("mysql_servers");
    if (file.matches()) {
      draft.put("otrs-system-addresses", "otrs", "file");
      folder.copy(Path.of(file.group(1)), "otrs-system-addresses", router.place("condition"));
    } else if (condition.contains("system_address") && !servers.isEmpty()) {
      new OtrsServers(draft, folder, notes).translate(servers, config.main.place("mysql_servers"));
      config.main.ignore("mysql_servers");
    } else {
      return;
    }
    order.add("otrs");
    draft.put(target, "otrs", "target");
    router.ignore("driver", "data", "condition");
    expect(router, "domains", "\\+local_domains", "mail to local domains");
  }

  private void lists(Block router, String domain) throws IOException {
    draft.put(domain, "lists-domain");
    router.ignore("driver", "data", "local_part_suffix_optional");
    expect(router, "domains", "\\+legacy_mailman_domains", "the list legacy-mailman-domains");
    String suffixes = router.take("local_part_suffix", "").replaceAll("\\s", "");
    if (!suffixes.equals(BUILT_IN_SUFFIXES)) {
      notes.add(router.place("local_part_suffix"), "the suffixes here are " + BUILT_IN_SUFFIXES);
    }
    String names = router.take("local_parts", "").replaceFirst("^lsearch ?; ?", "");
    folder.copyKeys(Path.of(names), "legacy-mailing-lists", router.place("local_parts"));
  }

  private void accounts(Block router) throws IOException {
    Matcher file = ADDRESS_FILE.matcher(router.look("condition"));
    Block transport = config.transports.get(router.look("transport"));
    if (!file.matches() || transport == null) {
      return;
    }
    order.add("accounts");
    router.ignore("driver", "condition", "transport");
    expect(router, "domains", "\\+local_domains", "mail to local domains");
    folder.copy(Path.of(file.group(1)), "accounts", router.place("condition"));
    new MailboxTransport(draft).translate(transport);
  }

  /** Postbus has a condition of its own in the place of this one. */
  private void expect(Block router, String option, String form, String here) {
    String says = router.take(option, "");
    if (!says.matches(form)) {
      String what = says.isEmpty() ? "is not there" : "is " + says;
      notes.add(
          router.place(option), router.name() + ": " + option + " " + what + "; here: " + here);
    }
  }

  /** Whether a router of each kind that a site needs was found. */
  boolean has(String kind) {
    return order.contains(kind);
  }

  /** For each program that aliases name: its name, and what a site says of it. */
  void pipes() {
    Optional<String> user = pipeUser();
    for (String command : folder.commands()) {
      String name =
          NamedLists.ours(String.valueOf(Path.of(command).getFileName()))
              .replaceAll("[^a-z0-9-]", "-");
      draft.put(command, "pipes", name, "command");
      user.ifPresent(runs -> draft.put(runs, "pipes", name, "user"));
    }
  }
}
