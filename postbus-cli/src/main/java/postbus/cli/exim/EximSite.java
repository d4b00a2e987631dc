package postbus.cli.exim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a site folder that does what an Exim configuration of the seed's kind does. What it has no
 * word for is a note with its file and line, never passed over: whatever nobody has translated is
 * told at the end.
 */
public final class EximSite {
  private static final Pattern DOTTED_PORT = Pattern.compile("([0-9]+(?:\\.[0-9]+){3})\\.(\\d+)");
  private static final Pattern BRACKETS = Pattern.compile("\\[([^]]+)]:(\\d+)");

  private final EximConfig config;
  private final Notes notes;
  private final SiteDraft draft = new SiteDraft();
  private final SiteFolder folder;

  private EximSite(EximConfig config, Notes notes, SiteFolder folder) {
    this.config = config;
    this.notes = notes;
    this.folder = folder;
  }

  /**
   * Translates a configuration into a folder that is not there, or is empty.
   *
   * @param address of this host, where Exim does not say one
   * @return what is left for a person to do
   * @throws IOException with what is wrong, where nothing can be written
   */
  public static Notes write(Path exim, Path site, Optional<String> address) throws IOException {
    if (Files.exists(site) && !isEmpty(site)) {
      throw new IOException(site + " is not empty; expected a folder that is not there");
    }
    if (!Files.isRegularFile(exim) || !Files.isReadable(exim)) {
      throw new IOException(exim + " cannot be read; expected the file with Exim's configuration");
    }
    Notes notes = new Notes();
    EximConfig config = EximConfig.read(exim, notes);
    Path folder = Optional.ofNullable(exim.toAbsolutePath().normalize().getParent()).orElse(exim);
    new EximSite(config, notes, new SiteFolder(site, folder, notes)).write(address);
    return notes;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** An address of Exim's with the port of SMTP, as a listener of ours has it. */
  static String at25(String address) {
    return (address.contains(":") ? "[" + address + "]" : address) + ":25";
  }

  private void write(Optional<String> given) throws IOException {
    String primary = primaryHostname();
    draft.put(primary, "primary-hostname");
    List<String> interfaces = EximList.of(config.main.take("local_interfaces", ""));
    String address = given.orElseGet(() -> firstOf(interfaces));
    if (address.isEmpty()) {
      throw new IOException(
          "Exim listens on all addresses; --address says which of them is this relay's");
    }
    new NamedLists(draft, folder, notes).translate(config);
    draft.put(at25(address), "listeners", "mx", "address");
    Ways ways = new Ways(config, draft, folder, notes, new Senders(draft, folder, notes, address));
    ways.translate(primary);
    Optional<String> mass =
        config.routers.keySet().stream()
            .map(NamedLists::ours)
            .filter(name -> draft.has("listeners", name))
            .findFirst();
    List<String> listeners = new ArrayList<>(List.of("mx"));
    mass.ifPresent(listeners::add);
    listeners.addAll(others(interfaces));
    new Policies(config, draft, notes).translate(mass, listeners);
    if (!draft.has("pools", "normal")) {
      draft.put(address, "pools", "normal", "source");
    }
    new MainSettings(config.main, draft, notes).translate(config, primary);
    ways.pipes();
    neededFiles(ways);
    folder.write("postbus.yaml", head() + draft.text());
    config.tellRest();
  }

  private String primaryHostname() throws IOException {
    return config
        .main
        .take("primary_hostname")
        .orElseThrow(
            () -> new IOException("no primary_hostname; expected this relay's name there"));
  }

  private static String firstOf(List<String> interfaces) {
    return interfaces.stream()
        .map(EximSite::host)
        .filter(host -> !host.startsWith("127.") && !host.equals("::1") && !isAll(host))
        .findFirst()
        .orElse("");
  }

  private static boolean isAll(String host) {
    return host.matches("0\\.0\\.0\\.0|::0?");
  }

  private static String host(String local) {
    Matcher dotted = DOTTED_PORT.matcher(local);
    Matcher brackets = BRACKETS.matcher(local);
    return dotted.matches() ? dotted.group(1) : brackets.matches() ? brackets.group(1) : local;
  }

  /** Listeners for the other addresses; a port of their own, or all addresses, are a note. */
  private List<String> others(List<String> interfaces) {
    List<String> names = new ArrayList<>();
    for (String local : interfaces) {
      String host = host(local);
      String place = config.main.place("local_interfaces");
      if (!host.equals(local)) {
        notes.add(place, "the port counts for nothing: " + local);
      }
      if (isAll(host)) {
        notes.add(place, "all addresses: each but that of mx wants a listener of its own");
      } else if (!draft.isSaid(at25(host), "listeners", "address")) {
        String name = "mx-" + (names.size() + 2);
        draft.put(at25(host), "listeners", name, "address");
        names.add(name);
      }
    }
    return names;
  }

  private void neededFiles(Ways ways) throws IOException {
    if (!ways.has("lists")) {
      folder.write("legacy-mailing-lists", "");
    }
    if (!ways.has("accounts")) {
      folder.write("accounts", "");
      notes.add("routers", "no accounts were found; the file accounts is empty");
    }
    if (!ways.has("aliases")) {
      notes.add("routers", "no alias files of domains were found");
    }
  }

  private static String head() {
    return "# Written from an Exim configuration by `./postbus from-exim`; it said what it left"
        + " out.\n"
        + "# docs/site.md has every setting.\n";
  }
}
