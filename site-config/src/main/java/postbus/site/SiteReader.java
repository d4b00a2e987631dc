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
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import postbus.mail.EmailAddress;
import postbus.site.RoutingRules.Otrs;
import postbus.site.RoutingRules.OtrsSource;
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

  /** The site, for this machine: it must have the addresses of the pools, and their keys. */
  public static Site readHere(Path folder) throws InvalidSite {
    return new SiteReader(folder, true).read();
  }

  /**
   * The settings of {@code postbus.yaml} alone: for who takes the other files as they are, and
   * deals with what is wrong in them as a running process does.
   */
  public static Site readSettings(Path folder) throws InvalidSite {
    return new SiteReader(folder, false).readSettings();
  }

  private Site read() throws InvalidSite {
    mustBeFolder();
    return switch (YamlFile.read(folder.resolve(Reading.FILE), Reading.FILE)) {
      case Checked.Wrong<MappingNode>(List<SiteProblem> problems) -> {
        List<SiteProblem> all = new ArrayList<>(problems);
        all.addAll(SiteFiles.findings(folder, Set.of(), Set.of(), Set.of()).wrong());
        throw new InvalidSite(all);
      }
      case Checked.Good<MappingNode>(MappingNode root, _) -> read(Section.root(reading, root));
    };
  }

  private Site readSettings() throws InvalidSite {
    mustBeFolder();
    return switch (YamlFile.read(folder.resolve(Reading.FILE), Reading.FILE)) {
      case Checked.Wrong<MappingNode>(List<SiteProblem> problems) ->
          throw new InvalidSite(problems);
      case Checked.Good<MappingNode>(MappingNode root, _) -> {
        Optional<Site> site = settings(Section.root(reading, root));
        if (!reading.problems().isEmpty() || site.isEmpty()) {
          throw new InvalidSite(reading.problems());
        }
        yield site.get();
      }
    };
  }

  private void mustBeFolder() throws InvalidSite {
    if (!Files.isDirectory(folder)) {
      throw new InvalidSite(
          List.of(
              new SiteProblem(
                  folder.toString(),
                  0,
                  "is no folder, expected a site: a folder with postbus.yaml")));
    }
  }

  /** What stands in the files of a good site and surely was not meant; nobody is stopped by it. */
  public static List<SiteProblem> warnings(Site site) {
    List<SiteProblem> odd = new ArrayList<>(SettingWarnings.of(site));
    odd.addAll(
        SiteFiles.findings(site.folder(), domainFiles(site), addressFiles(site), textFiles(site))
            .odd());
    return odd;
  }

  /** That the certificate of the listeners has expired, or will within two weeks. */
  public static Optional<SiteProblem> certificateWarning(Site site) {
    return TlsFiles.warning(site.listeners().values(), site.folder());
  }

  /** The alias files of a good site by their domains; a link to another is a file of its own. */
  public static Map<String, AliasFile> aliases(Site site) {
    return SiteFiles.aliases(site.folder());
  }

  private static Set<Path> domainFiles(Site site) {
    Set<Path> files = new LinkedHashSet<>();
    site.domainLists().values().forEach(list -> files.addAll(list.files()));
    return files;
  }

  private static Set<Path> addressFiles(Site site) {
    return site.routing()
        .otrs()
        .map(Otrs::source)
        .map(source -> source instanceof OtrsSource.File(Path file) ? Set.of(file) : Set.<Path>of())
        .orElse(Set.of());
  }

  /** The file of accounts, unless a database has them. */
  private static Set<Path> textFiles(Site site) {
    return site.accounts().isPresent()
        ? Set.of()
        : Set.of(site.folder().resolve(SiteFiles.ACCOUNTS));
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
    Set<Path> domainFiles = site.map(SiteReader::domainFiles).orElse(Set.of());
    Set<Path> addressFiles = site.map(SiteReader::addressFiles).orElse(Set.of());
    Set<Path> textFiles = site.map(SiteReader::textFiles).orElse(Set.of());
    problems.addAll(SiteFiles.findings(folder, domainFiles, addressFiles, textFiles).wrong());
    if (!problems.isEmpty() || site.isEmpty()) {
      throw new InvalidSite(problems);
    }
    return site.get();
  }

  private Optional<Site> settings(Section root) {
    Optional<String> hostname =
        root.value("primary-hostname", "a host name", Setting.REQUIRED, Notation::domain);
    Listeners listeners = new Listeners(root.section("listeners"));
    Schedule schedule = Schedules.read(root.section("retry"));
    Section poolSection = root.section("pools");
    Map<String, Pool> pools = new Pools(folder, here, hostname, schedule).read(poolSection);
    Set<InetAddress> own =
        OwnAddresses.of(
            Stream.concat(
                listeners.bound(),
                pools.values().stream().flatMap(pool -> pool.sources().stream())));
    Map<String, HostList> hostLists =
        HostLists.read(reading, root.section("host-lists"), folder, own);
    Map<String, DomainList> domainLists =
        DomainLists.read(reading, root.section("domain-lists"), folder, hostname);
    Map<String, Listener> doors = listeners.read(hostLists, new TlsFiles(root, folder));
    if (here) {
      TlsFiles.problems(doors.values(), folder).forEach(reading::wrong);
    }
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
    DeliveryLimits delivery =
        Limits.delivery(
            root.section("delivery"),
            SiteRules.sites(root.section("sites")),
            SiteRules.tls(root.section("tls-rules")));
    ClientRules clients = ClientRules.read(root, hostLists);
    Scanners scanners = ScannerRules.read(root, domainLists);
    MailboxRules mailboxes = MailboxSection.read(root.section("mailboxes"));
    Quarantine quarantine = Quarantine.read(root.section("quarantine"));
    Submission submission = Submission.read(root.section("submission"));
    LoginRules login = LoginRules.read(root.section("login"));
    Optional<Database> accounts = DatabaseRule.accounts(root, folder);
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
            schedule,
            clients,
            scanners,
            mailboxes,
            quarantine,
            submission,
            login,
            accounts));
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
