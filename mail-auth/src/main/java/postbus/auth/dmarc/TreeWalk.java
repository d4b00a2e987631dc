package postbus.auth.dmarc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import postbus.auth.dmarc.DmarcRecord.Suffix;
import postbus.dns.DnsRecords;
import postbus.dns.DnsRecords.Found;
import postbus.dns.DnsRecords.Nothing;
import postbus.dns.DnsRecords.Unknown;

/**
 * Who owns a domain, by the records of those above it (RFC 9989, section 4.10): no list of public
 * suffixes is needed. One for each mail: each name is asked about once.
 */
final class TreeWalk {
  /** Names asked about on the way from a domain to the top. */
  private static final int NAMES_MAX = 8;

  private final DnsRecords dns;
  private final Map<String, Optional<DmarcRecord>> known = new HashMap<>();

  /** A record and whose it is. */
  record Published(String domain, DmarcRecord record) {}

  /** DNS did not say. */
  static final class Silent extends Exception {
    private static final long serialVersionUID = 1L;

    Silent() {
      super(null, null, false, false);
    }
  }

  TreeWalk(DnsRecords dns) {
    this.dns = dns;
  }

  /**
   * The record that the mail of a domain is under: its own, whatever becomes of questions about
   * those above it; else its owner's, or the suffix's.
   */
  Optional<Published> policyOf(String domain) throws Silent {
    Optional<DmarcRecord> own = record(domain);
    if (own.isPresent()) {
      return Optional.of(new Published(domain, own.get()));
    }
    List<Published> found = from(domain);
    String owner = owner(domain, found);
    return found.stream()
        .filter(one -> one.domain().equals(owner))
        .findFirst()
        .or(() -> found.isEmpty() ? Optional.empty() : Optional.of(found.getLast()));
  }

  /** The domain whose owner owns this one too (the organizational domain). */
  String owner(String domain) throws Silent {
    return owner(domain, from(domain));
  }

  private static String owner(String domain, List<Published> found) {
    for (Published one : found) {
      if (one.record().suffix() == Suffix.NO) {
        return one.domain();
      } else if (one.record().suffix() == Suffix.YES && !one.domain().equals(domain)) {
        String under = domain.substring(0, domain.length() - one.domain().length() - 1);
        return domain.substring(under.lastIndexOf('.') + 1);
      }
    }
    return found.isEmpty() ? domain : found.getLast().domain();
  }

  /** The records of the domain and of those above it, the nearest first. */
  private List<Published> from(String domain) throws Silent {
    List<Published> found = new ArrayList<>();
    for (String name : names(domain)) {
      Optional<DmarcRecord> record = record(name);
      record.ifPresent(some -> found.add(new Published(name, some)));
      if (record.isPresent() && record.get().suffix() != Suffix.UNSAID) {
        break;
      }
    }
    return found;
  }

  /** The domain, then those above it; of a deep one, those of seven labels and less. */
  private static List<String> names(String domain) {
    List<String> names = new ArrayList<>();
    List<String> labels = List.of(domain.split("\\."));
    names.add(domain);
    for (int n = Math.min(labels.size() - 1, NAMES_MAX - 1); n > 0; n--) {
      names.add(String.join(".", labels.subList(labels.size() - n, labels.size())));
    }
    return names;
  }

  private Optional<DmarcRecord> record(String name) throws Silent {
    Optional<DmarcRecord> before = known.get(name);
    if (before != null) {
      return before;
    }
    Optional<DmarcRecord> record =
        switch (dns.texts("_dmarc." + name)) {
          case Found<String>(List<String> texts) -> only(texts);
          case Nothing<String> _ -> Optional.empty();
          case Unknown<String> _ -> throw new Silent();
        };
    known.put(name, record);
    return record;
  }

  /** Several are as none (RFC 7489, section 6.6.3). */
  private static Optional<DmarcRecord> only(List<String> texts) {
    List<DmarcRecord> records =
        texts.stream().map(DmarcRecord::read).flatMap(Optional::stream).toList();
    return records.size() == 1 ? Optional.of(records.getFirst()) : Optional.empty();
  }
}
