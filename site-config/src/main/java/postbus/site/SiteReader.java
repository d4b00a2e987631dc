package postbus.site;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import postbus.mail.EmailAddress;
import postbus.site.RoutingRules.WikiMail;
import postbus.site.Section.Text;
import postbus.site.Site.Listener;
import postbus.site.Site.Pool;

/**
 * Reads a site folder. Either all of it is right, {@code postbus.yaml} and the files that are
 * edited while it runs, or one reading names every mistake with its file and line.
 */
public final class SiteReader {
  private final Path folder;
  private final boolean here;
  private final Reading reading = new Reading();

  private SiteReader(Path folder, boolean here) {
    this.folder = folder.toAbsolutePath().normalize();
    this.here = here;
  }

  /** The site, for a process that sends no mail by itself. */
  public static Site read(Path folder) throws InvalidSite {
    return new SiteReader(folder, false).read();
  }

  /** The site, for this machine: the sources of its pools must be addresses of it. */
  public static Site readHere(Path folder) throws InvalidSite {
    return new SiteReader(folder, true).read();
  }

  private Site read() throws InvalidSite {
    if (!Files.isDirectory(folder)) {
      throw new InvalidSite(
          List.of(
              new SiteProblem(
                  folder.toString(),
                  0,
                  "is no folder, expected a site: a folder with postbus.yaml")));
    }
    return switch (YamlFile.read(folder.resolve(Reading.FILE), Reading.FILE)) {
      case Checked.Wrong<MappingNode>(List<SiteProblem> problems) -> {
        List<SiteProblem> all = new ArrayList<>(problems);
        all.addAll(SiteFiles.problems(folder, Set.of()));
        throw new InvalidSite(all);
      }
      case Checked.Good<MappingNode>(MappingNode root) -> read(Section.root(reading, root));
    };
  }

  /** The settings that the reader looks for in a file with one entry in every section. */
  static Set<Setting> settings(MappingNode root) {
    SiteReader reader = new SiteReader(Path.of(""), false);
    reader.settings(Section.root(reader.reading, root));
    return reader.reading.settings();
  }

  private Site read(Section root) throws InvalidSite {
    Optional<Site> site = settings(root);
    List<SiteProblem> problems = new ArrayList<>(reading.problems());
    Set<Path> nameFiles = new LinkedHashSet<>();
    site.ifPresent(s -> s.domainLists().values().forEach(list -> nameFiles.addAll(list.files())));
    problems.addAll(SiteFiles.problems(folder, nameFiles));
    if (!problems.isEmpty() || site.isEmpty()) {
      throw new InvalidSite(problems);
    }
    return site.get();
  }

  private Optional<Site> settings(Section root) {
    Optional<String> hostname =
        root.value("primary-hostname", "a host name", Setting.REQUIRED, Notation::domain);
    Listeners listeners = new Listeners(root.section("listeners"));
    Section poolSection = root.section("pools");
    Map<String, Pool> pools = Pools.read(poolSection, hostname, here);
    Set<InetAddress> own = listeners.ownAddresses();
    pools.values().forEach(pool -> own.add(pool.source()));
    Map<String, HostList> hostLists = HostLists.read(reading, root.section("host-lists"), own);
    Map<String, DomainList> domainLists =
        DomainLists.read(reading, root.section("domain-lists"), folder, hostname);
    Map<String, Listener> doors = listeners.read(hostLists);
    RoutingRules routing =
        new RoutingRules(
            wikiMail(root, listeners, poolSection),
            Routes.smartHost(root, listeners),
            Routes.read(root.section("routes"), listeners),
            OtrsRule.read(root, folder),
            root.value("lists-domain", "a domain", RoutingRules.LISTS_DOMAIN, Notation::domain)
                .orElse(RoutingRules.LISTS_DOMAIN),
            Limits.callout(root.section("callout"), domainLists.keySet()));
    Map<String, Pipe> pipes = Pipes.read(root.section("pipes"));
    DnsLimits dns = Limits.dns(root.section("dns"), hostLists);
    SessionLimits sessions = Limits.sessions(root.section("sessions"));
    DeliveryLimits delivery = Limits.delivery(root.section("delivery"));
    Schedule schedule = Limits.retry(root.section("retry"));
    reading.unknownKeysAreWrong();
    return hostname.map(name ->
        new Site(
            folder,
            name,
            hostLists,
            domainLists,
            doors,
            pools,
            routing,
            pipes,
            dns,
            sessions,
            delivery,
            schedule));
  }

  private Optional<WikiMail> wikiMail(Section root, Listeners listeners, Section pools) {
    Section section = root.section("wiki-mail");
    String otherwise = root.has("wiki-mail") ? Setting.REQUIRED : Setting.NONE;
    List<String> senders = new ArrayList<>();
    for (Text text : section.texts("senders", "mail addresses", otherwise)) {
      EmailAddress.parse(text.value())
          .filter(address -> Notation.domain(address.domain()).isPresent())
          .ifPresentOrElse(
              address -> senders.add(address.key()),
              () ->
                  reading.wrong(
                      text.line(),
                      "\"" + text.value() + "\" in wiki-mail.senders, expected user@domain"));
    }
    Optional<String> listener =
        section.reference("listener", "listeners", otherwise, listeners.names());
    Optional<String> pool = section.reference("pool", "pools", otherwise, pools.keys());
    return listener.isPresent() && pool.isPresent()
        ? Optional.of(new WikiMail(List.copyOf(senders), listener.get(), pool.get()))
        : Optional.empty();
  }
}
