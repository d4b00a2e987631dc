package postbus.auth.dmarc;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a domain publishes at _dmarc.DOMAIN (RFC 7489, section 6.3; psd, np and t: RFC 9989). Only
 * the version must be right: what is wrong in any other tag counts as if it were not there.
 *
 * @param policy for mail of the domain itself
 * @param below for mail of domains below it
 * @param missing for mail of domains below it that do not exist
 * @param percent of what fails that the policy is for; the rest is treated one step better
 */
record DmarcRecord(
    Policy policy,
    Policy below,
    Policy missing,
    boolean strictDkim,
    boolean strictSpf,
    int percent,
    Suffix suffix) {

  /** Whether the domain is one under which others are registered. */
  enum Suffix {
    YES,
    NO,
    UNSAID
  }

  /** Empty if it is no record of DMARC. */
  static Optional<DmarcRecord> read(String text) {
    Map<String, String> tags = new LinkedHashMap<>();
    String[] specs = text.split(";", -1);
    for (String spec : specs) {
      int equals = spec.indexOf('=');
      if (equals > 0) {
        String name = spec.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        tags.putIfAbsent(name, spec.substring(equals + 1).strip().toLowerCase(Locale.ROOT));
      }
    }
    String[] version = specs[0].split("=", 2);
    boolean isDmarc =
        version.length == 2
            && version[0].strip().equals("v")
            && version[1].strip().equals("DMARC1");
    return isDmarc ? Optional.of(of(tags)) : Optional.empty();
  }

  private static DmarcRecord of(Map<String, String> tags) {
    Policy policy = policy(tags, "p", Policy.NONE);
    Policy below = policy(tags, "sp", policy);
    return new DmarcRecord(
        policy,
        below,
        policy(tags, "np", below),
        "s".equals(tags.get("adkim")),
        "s".equals(tags.get("aspf")),
        "y".equals(tags.get("t")) ? 0 : percent(tags.getOrDefault("pct", "")),
        switch (tags.getOrDefault("psd", "")) {
          case "y" -> Suffix.YES;
          case "n" -> Suffix.NO;
          default -> Suffix.UNSAID;
        });
  }

  private static Policy policy(Map<String, String> tags, String tag, Policy otherwise) {
    return switch (tags.getOrDefault(tag, "")) {
      case "none" -> Policy.NONE;
      case "quarantine" -> Policy.QUARANTINE;
      case "reject" -> Policy.REJECT;
      default -> otherwise;
    };
  }

  private static int percent(String text) {
    return text.matches("[0-9]{1,2}") ? Integer.parseInt(text) : 100;
  }
}
