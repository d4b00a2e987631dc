package postbus.auth.dmarc;

import java.util.Locale;

/** What a domain asks to be done with mail that claims to be its own, and is not. */
public enum Policy {
  NONE,
  QUARANTINE,
  REJECT;

  /** One step better, for what is not to meet the policy itself (RFC 7489, section 6.6.4). */
  public Policy better() {
    return this == REJECT ? QUARANTINE : NONE;
  }

  /** As records have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
