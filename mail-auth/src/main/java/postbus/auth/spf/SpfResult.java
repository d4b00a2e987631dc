package postbus.auth.spf;

import java.util.Locale;

/** What SPF says of a host and a domain (RFC 7208, section 2.6). */
public enum SpfResult {
  NONE,
  NEUTRAL,
  PASS,
  FAIL,
  SOFTFAIL,
  TEMPERROR,
  PERMERROR;

  /** As Authentication-Results has it (RFC 8601, section 2.7.2). */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
