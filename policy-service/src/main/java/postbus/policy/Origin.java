package postbus.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.auth.dkim.Dkim;
import postbus.auth.dkim.DkimResult;
import postbus.auth.dmarc.Dmarc;
import postbus.auth.dmarc.Dmarc.Means;
import postbus.auth.dmarc.Dmarc.Voucher;
import postbus.auth.spf.Spf;
import postbus.auth.spf.SpfResult;

/**
 * Where a mail comes from, as far as that could be verified.
 *
 * @param sender SPF of the reverse-path; of the client's name, if that is null
 * @param helo SPF of the client's name, beside that of a reverse-path
 * @param dkim what its signatures came to; empty list: nobody signed it
 * @param dmarc of its From field
 */
record Origin(
    Optional<Spf.Outcome> sender,
    Optional<Spf.Outcome> helo,
    Optional<List<Dkim.Outcome>> dkim,
    Optional<Dmarc.Outcome> dmarc) {

  /** Both outcomes of SPF that there are. */
  Stream<Spf.Outcome> spf() {
    return Stream.concat(sender.stream(), helo.stream());
  }

  /** Whose word counts for DMARC (RFC 7489, section 4.1), or would if it were known. */
  static List<Voucher> vouchers(Optional<Spf.Outcome> sender, List<Dkim.Outcome> dkim) {
    List<Voucher> vouchers = new ArrayList<>();
    for (Dkim.Outcome signature : dkim) {
      if (signature.result() == DkimResult.PASS || signature.result() == DkimResult.TEMPERROR) {
        boolean known = signature.result() == DkimResult.PASS;
        vouchers.add(new Voucher(Means.DKIM, signature.domain(), known));
      }
    }
    sender
        .filter(spf -> spf.result() == SpfResult.PASS || spf.result() == SpfResult.TEMPERROR)
        .map(spf -> new Voucher(Means.SPF, spf.domain(), spf.result() == SpfResult.PASS))
        .ifPresent(vouchers::add);
    return vouchers;
  }
}
