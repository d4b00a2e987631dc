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
  private final String author;
  private final TreeWalk walk;
  private final DnsRecords dns;

  private Dmarc(String author, DnsRecords dns) {
    this.author = author;
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
   * @param policy what is asked for mail that fails; while that is not known, {@link Policy#REJECT}
   * @param percent of it that meets this policy; the rest meets a {@link Policy#better} one
   */
  public record Outcome(DmarcResult result, String domain, Policy policy, int percent) {
    /** Nothing could be found out in time. */
    public static final Outcome LATE = new Outcome(DmarcResult.TEMPERROR, "", Policy.REJECT, 100);
  }

  /** What is to be told once it is known who vouches for the mail. */
  public interface Evaluation {
    /** Blocks as DNS does, for up to some twenty questions. */
    Outcome of(List<Voucher> vouchers);
  }

  /** Asks what the author's domain wants, which others' name servers cannot delay. Blocks. */
  public static Evaluation begin(MailHeader header, DnsRecords dns) {
    Optional<String> author = Author.domain(header);
    if (author.isEmpty()) {
      return _ -> new Outcome(DmarcResult.PERMERROR, "", Policy.NONE, 100);
    }
    Dmarc dmarc = new Dmarc(author.get(), dns);
    try {
      Optional<Published> published = dmarc.walk.policyOf(author.get());
      Outcome none = new Outcome(DmarcResult.NONE, author.get(), Policy.NONE, 100);
      return published
          .<Evaluation>map(one -> vouchers -> dmarc.evaluate(one, vouchers))
          .orElse(_ -> none);
    } catch (Silent _) {
      return _ -> new Outcome(DmarcResult.TEMPERROR, author.get(), Policy.REJECT, 100);
    }
  }

  private Outcome evaluate(Published published, List<Voucher> vouchers) {
    DmarcRecord record = published.record();
    DmarcResult result = DmarcResult.FAIL;
    for (Voucher voucher : vouchers) {
      try {
        if (isAligned(voucher, record)) {
          if (voucher.known()) {
            return new Outcome(DmarcResult.PASS, author, policy(published), 100);
          }
          result = DmarcResult.TEMPERROR;
        }
      } catch (Silent _) {
        result = DmarcResult.TEMPERROR; // another one may be known to vouch
      }
    }
    return new Outcome(result, author, policy(published), record.percent());
  }

  /** RFC 7489, section 3.1. */
  private boolean isAligned(Voucher voucher, DmarcRecord record) throws Silent {
    String domain = voucher.domain();
    boolean strict = voucher.means() == Means.SPF ? record.strictSpf() : record.strictDkim();
    if (domain.equals(author) || strict) {
      return domain.equals(author);
    }
    String owner = walk.owner(author);
    boolean mayBe = domain.equals(owner) || domain.endsWith("." + owner);
    return mayBe && walk.owner(domain).equals(owner);
  }

  private Policy policy(Published published) {
    DmarcRecord record = published.record();
    if (published.domain().equals(author)) {
      return record.policy();
    }
    return record.missing() != record.below() && isMissing() ? record.missing() : record.below();
  }

  private boolean isMissing() {
    return dns.addresses(author, Kind.V4) instanceof Nothing<?>(boolean exists) && !exists;
  }
}
