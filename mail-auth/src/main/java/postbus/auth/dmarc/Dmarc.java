package postbus.auth.dmarc;

import java.util.List;
import java.util.Optional;
import postbus.auth.MailHeader;
import postbus.auth.dmarc.TreeWalk.Published;
import postbus.auth.dmarc.TreeWalk.Silent;
import postbus.dns.DnsRecords;
import postbus.dns.DnsRecords.Kind;
import postbus.dns.DnsRecords.Nothing;

/**
 * Evaluates one mail: the domain in its From field stands behind it if SPF or DKIM has passed for
 * that domain, or, where it is not strict, for another one of the same owner.
 */
public final class Dmarc {
  private final TreeWalk walk;
  private final DnsRecords dns;

  private Dmarc(DnsRecords dns) {
    this.dns = dns;
    this.walk = new TreeWalk(dns);
  }

  /** By which means a domain was found to vouch. */
  public enum Means {
    SPF,
    DKIM
  }

  /**
   * A domain that vouches for the mail, or may.
   *
   * @param domain in lower case and ASCII
   * @param known false if that could not be told now
   */
  public record Voucher(Means means, String domain, boolean known) {}

  /**
   * What DMARC says.
   *
   * @param domain of From; empty if there is none, or not exactly one. A name of ASCII
   * @param policy what is asked for mail that fails
   * @param percent of it that meets this policy; the rest meets a {@link Policy#better} one
   */
  public record Outcome(DmarcResult result, String domain, Policy policy, int percent) {}

  /** Blocks as DNS does, for up to some twenty questions. */
  public static Outcome evaluate(MailHeader header, List<Voucher> vouchers, DnsRecords dns) {
    Optional<String> author = Author.domain(header);
    if (author.isEmpty()) {
      return new Outcome(DmarcResult.PERMERROR, "", Policy.NONE, 100);
    }
    try {
      return new Dmarc(dns).evaluate(author.get(), vouchers);
    } catch (Silent _) {
      return new Outcome(DmarcResult.TEMPERROR, author.get(), Policy.NONE, 100);
    }
  }

  private Outcome evaluate(String author, List<Voucher> vouchers) throws Silent {
    Optional<Published> published = walk.policyOf(author);
    if (published.isEmpty()) {
      return new Outcome(DmarcResult.NONE, author, Policy.NONE, 100);
    }
    DmarcRecord record = published.get().record();
    DmarcResult result = DmarcResult.FAIL;
    for (Voucher voucher : vouchers) {
      if (isAligned(author, voucher, record)) {
        if (voucher.known()) {
          return new Outcome(DmarcResult.PASS, author, policy(author, published.get()), 100);
        }
        result = DmarcResult.TEMPERROR;
      }
    }
    return new Outcome(result, author, policy(author, published.get()), record.percent());
  }

  /** RFC 7489, section 3.1. */
  private boolean isAligned(String author, Voucher voucher, DmarcRecord record) throws Silent {
    String domain = voucher.domain();
    boolean strict = voucher.means() == Means.SPF ? record.strictSpf() : record.strictDkim();
    if (domain.equals(author) || strict) {
      return domain.equals(author);
    }
    String owner = walk.owner(author);
    boolean mayBe = domain.equals(owner) || domain.endsWith("." + owner);
    return mayBe && walk.owner(domain).equals(owner);
  }

  private Policy policy(String author, Published published) {
    DmarcRecord record = published.record();
    if (published.domain().equals(author)) {
      return record.policy();
    }
    return record.missing() != record.below() && isMissing(author)
        ? record.missing()
        : record.below();
  }

  private boolean isMissing(String domain) {
    return dns.addresses(domain, Kind.V4) instanceof Nothing<?>(boolean exists) && !exists;
  }
}
