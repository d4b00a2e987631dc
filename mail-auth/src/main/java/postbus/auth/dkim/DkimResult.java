package postbus.auth.dkim;

import java.util.Locale;

/** What became of a signature (RFC 8601, section 2.7.1). */
public enum DkimResult {
  /** The domain vouches for the mail. */
  PASS,
  /** It did, for another one; or no longer does. */
  FAIL,
  /** It does, in a way that is not good enough (RFC 8301). */
  POLICY,
  /** No signature by the rules, or one of a domain that is only testing. */
  NEUTRAL,
  /** The key could not be asked for now. */
  TEMPERROR,
  /** There is no such key, or not for this. */
  PERMERROR;

  /** As Authentication-Results has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
