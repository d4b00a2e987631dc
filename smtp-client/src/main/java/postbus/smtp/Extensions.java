package postbus.smtp;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import postbus.mail.Recipient;
import postbus.mail.SmtpReply;

/**
 * What a server offers in its reply to EHLO (RFC 5321, section 4.1.1.1).
 *
 * @param serverName what it calls itself
 * @param keywords in upper case, with their parameters as they were sent
 */
record Extensions(String serverName, Map<String, String> keywords) {
  private static final int DIGITS_MAX = 18;

  Extensions {
    keywords = Map.copyOf(keywords);
  }

  /** The first line is the server's name. */
  static Extensions of(SmtpReply ehlo) {
    Map<String, String> keywords = new HashMap<>();
    List<String> lines = ehlo.lines();
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.strip().split("[ =]", 2);
      keywords.put(parts[0].toUpperCase(Locale.ROOT), parts.length > 1 ? parts[1].strip() : "");
    }
    return new Extensions(lines.getFirst().strip().split(" ", 2)[0], keywords);
  }

  /** Of them, these. */
  Extensions only(Set<String> names) {
    Map<String, String> some = new HashMap<>(keywords);
    some.keySet().retainAll(names);
    return new Extensions(serverName, some);
  }

  boolean pipelining() {
    return keywords.containsKey("PIPELINING");
  }

  boolean chunking() {
    return keywords.containsKey("CHUNKING");
  }

  boolean size() {
    return keywords.containsKey("SIZE");
  }

  /** Octets of the largest mail that it takes (RFC 1870, section 4). */
  long sizeMax() {
    return number(keywords.getOrDefault("SIZE", ""));
  }

  boolean eightBitMime() {
    return keywords.containsKey("8BITMIME");
  }

  boolean smtpUtf8() {
    return keywords.containsKey("SMTPUTF8");
  }

  boolean dsn() {
    return keywords.containsKey("DSN");
  }

  boolean startTls() {
    return keywords.containsKey("STARTTLS");
  }

  boolean requireTls() {
    return keywords.containsKey("REQUIRETLS");
  }

  /** Transactions that it takes on one connection (RFC 9422, section 4.1). */
  long transactionsMax() {
    return limit("MAILMAX");
  }

  /** How many of these recipients, from the first, one transaction takes (RFC 9422, section 4). */
  int room(List<Recipient> recipients) {
    long most = limit("RCPTMAX");
    long domainsMost = limit("RCPTDOMAINMAX");
    if (recipients.size() <= Math.min(most, domainsMost)) {
      return recipients.size();
    }
    Set<String> domains = new HashSet<>();
    int room = 0;
    while (room < recipients.size() && room < most) {
      domains.add(recipients.get(room).address().domain());
      if (domains.size() > domainsMost) {
        break;
      }
      room++;
    }
    return room;
  }

  private long limit(String name) {
    String limits = keywords.getOrDefault("LIMITS", "");
    if (limits.isEmpty()) {
      return Long.MAX_VALUE;
    }
    for (String limit : limits.split(" +")) {
      if (limit.toUpperCase(Locale.ROOT).startsWith(name + "=")) {
        return number(limit.substring(name.length() + 1));
      }
    }
    return Long.MAX_VALUE;
  }

  /** No bound where it is none: nothing, zero (RFC 1870, section 4) or nonsense. */
  private static long number(String text) {
    if (text.isEmpty()) {
      return Long.MAX_VALUE;
    }
    boolean isNumber = text.matches("[0-9]{1," + DIGITS_MAX + "}");
    long number = isNumber ? Long.parseLong(text) : 0;
    return number > 0 ? number : Long.MAX_VALUE;
  }
}
