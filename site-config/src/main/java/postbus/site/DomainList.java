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

  /** Everything that is handled here in some way. */
  public static final String LOCAL = "local-domains";

  /** Domains that anybody may send to through this host, although they are not handled here. */
  public static final String RELAY = "relay-domains";

  /** Where old addresses of mailing lists still come in. */
  public static final String LEGACY = "legacy-mailman-domains";

  public DomainList {
    names = Set.copyOf(names);
    files = List.copyOf(files);
  }
}
