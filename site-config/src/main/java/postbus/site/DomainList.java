package postbus.site;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A named list of domains, such as the seed's local_domains.
 *
 * @param names in lower case
 * @param files of names, one a line, read live: what LiveFiles adds
 * @param mxPrimary whether a domain whose best exchanger is this host belongs too (the seed's
 *     {@code @mx_primary}); asked only while the site routes by DNS
 */
public record DomainList(String name, Set<String> names, List<Path> files, boolean mxPrimary) {

  public DomainList {
    names = Set.copyOf(names);
    files = List.copyOf(files);
  }
}
