package postbus.site;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import postbus.site.Section.Text;

/** Reads the section {@code domain-lists}. */
final class DomainLists {
  /** The lists that the routers and the relay rule ask for. */
  private static final List<String> NEEDED =
      List.of("system-domains", DomainList.RELAY, DomainList.LEGACY, DomainList.LOCAL);

  private static final String MX_PRIMARY = "@mx_primary";
  private static final String FILE = "file:";
  private static final String EXPECTED =
      "a domain, +another-list, file:NAME, \"@\" for this host, or \"@mx_primary\"";

  private DomainLists() {}

  /**
   * @param folder of the site, where the files of names are
   * @param hostname what {@code @} stands for; empty if it is not known
   */
  static Map<String, DomainList> read(
      Reading reading, Section section, Path folder, Optional<String> hostname) {
    NamedLists lists = new NamedLists(reading, section, "domain list", EXPECTED);
    for (String needed : NEEDED) {
      if (!section.has(needed)) {
        section.wrong(needed, "is missing, expected a list of domains, [] for none");
      }
    }
    Map<String, DomainList> read = new LinkedHashMap<>();
    for (String name : lists.names()) {
      Set<String> names = new LinkedHashSet<>();
      Set<Path> files = new LinkedHashSet<>();
      boolean mxPrimary = false;
      for (Text text : lists.entries(name)) {
        if (text.value().equals("@")) {
          hostname.ifPresent(names::add);
        } else if (text.value().equals(MX_PRIMARY)) {
          mxPrimary = true;
        } else if (text.value().startsWith(FILE)) {
          file(reading, folder, text).ifPresent(files::add);
        } else {
          domain(reading, text).ifPresent(names::add);
        }
      }
      read.put(name, new DomainList(name, names, List.copyOf(files), mxPrimary));
    }
    return read;
  }

  private static Optional<Path> file(Reading reading, Path folder, Text text) {
    Optional<String> name = SiteFiles.name(text.value().substring(FILE.length()));
    if (name.isEmpty()) {
      reading.wrong(
          text.line(), "\"" + text.value() + "\", expected file:NAME, a file in the site folder");
      return Optional.empty();
    }
    return name.map(folder::resolve);
  }

  private static Optional<String> domain(Reading reading, Text text) {
    Optional<String> domain = Notation.domain(text.value());
    if (domain.isEmpty()) {
      reading.wrong(text.line(), "\"" + text.value() + "\" in domain-lists, expected " + EXPECTED);
    }
    return domain;
  }
}
