package postbus.imap;

import java.util.regex.Pattern;

/**
 * What a mailbox may hold with all its folders, as the first line of {@code maildirsize} defines it
 * ({@code 1000000S,1000C}).
 *
 * @param octetsMax 0 for no limit
 * @param mailsMax 0 for no limit
 */
record Quota(long octetsMax, long mailsMax) {
  static final Quota NONE = new Quota(0, 0);

  private static final Pattern LIMIT = Pattern.compile("\\d{1,18}[SC]");

  /** What is no limit that we know counts for nothing, as with Dovecot. */
  static Quota parse(String definition) {
    long octets = 0;
    long mails = 0;
    for (String part : definition.strip().split(",", -1)) {
      if (LIMIT.matcher(part).matches()) {
        long limit = Long.parseLong(part, 0, part.length() - 1, 10);
        octets = part.endsWith("S") ? limit : octets;
        mails = part.endsWith("C") ? limit : mails;
      }
    }
    return new Quota(octets, mails);
  }

  /** The same with another limit of octets. */
  Quota ofOctets(long limit) {
    return new Quota(limit, mailsMax);
  }

  boolean allows(Usage usage) {
    return (octetsMax == 0 || usage.octets() <= octetsMax)
        && (mailsMax == 0 || usage.mails() <= mailsMax);
  }

  /** The definition; one without limits has {@code 0S}, as Dovecot writes it. */
  @Override
  public String toString() {
    return octetsMax + "S" + (mailsMax == 0 ? "" : "," + mailsMax + "C");
  }
}
