package postbus.auth.dmarc;

import java.util.Locale;

/** What DMARC says of a mail (RFC 7489, section 11.2). */
public enum DmarcResult {
  /** The domain publishes no policy. */
  NONE,
  /** The domain stands behind the mail, by SPF or DKIM. */
  PASS,
  /** It does not. */
  FAIL,
  /** It may, which cannot be told now. */
  TEMPERROR,
  /** The mail does not say whose it is: no From, or several. */
  PERMERROR;

  /** As Authentication-Results has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
