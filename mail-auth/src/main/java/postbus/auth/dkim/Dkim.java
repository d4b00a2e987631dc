package postbus.auth.dkim;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import postbus.auth.MailHeader;
import postbus.dns.DnsRecords;

/**
 * Verifies the signatures of a mail, the topmost {@link #SIGNATURES_MAX} of them; the body is read
 * once, if there is a key for any, and not held in memory. What of the header is signed is what its
 * readers see.
 */
public final class Dkim {
  /** Signatures of one mail that are verified. Further ones count as if they were not there. */
  public static final int SIGNATURES_MAX = 5;

  private static final String FIELD = "dkim-signature";
  private static final int CHUNK = 16 * 1024;

  private Dkim() {}

  /**
   * What a signature came to.
   *
   * @param domain who vouches, d=, in lower case; empty for what is no signature by the rules. A
   *     name of ASCII, and a stranger's
   * @param selector s=, likewise
   * @param reason why it did not pass, for people, in our words; empty if it did
   */
  public record Outcome(DkimResult result, String domain, String selector, String reason) {}

  /**
   * The outcomes, in the order of the signatures; none for a mail without any.
   *
   * @param body what follows the header; read to its end if there is a signature, and a key for it
   */
  public static List<Outcome> verify(
      MailHeader header, InputStream body, DnsRecords dns, Instant now) throws IOException {
    List<MailHeader.Field> fields = header.upwards(FIELD).reversed();
    List<SignatureCheck> checks =
        fields.stream()
            .limit(SIGNATURES_MAX)
            .map(field -> SignatureCheck.begin(field, header, dns, now))
            .toList();
    if (checks.stream().anyMatch(SignatureCheck::wantsBody)) {
      byte[] chunk = new byte[CHUNK];
      for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
        for (SignatureCheck check : checks) {
          check.body(chunk, n);
        }
      }
    }
    return checks.stream().map(SignatureCheck::end).toList();
  }
}
