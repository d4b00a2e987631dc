package postbus.auth.dmarc;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import postbus.auth.MailHeader;

/**
 * Whose a mail says it is: the domain of its From field. Display names, quoted strings and comments
 * may hold what looks like an address, and count for nothing.
 */
final class Author {
  private static final Pattern DOMAIN =
      Pattern.compile("(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*+[a-z0-9-]{1,63}");
  private static final int DOMAIN_MAX = 253;

  private Author() {}

  /** In lower case and ASCII; empty if there is none, or not exactly one. */
  static Optional<String> domain(MailHeader header) {
    List<MailHeader.Field> fields = header.upwards("from");
    return header.isWhole() && fields.size() == 1
        ? bare(fields.getFirst().body()).flatMap(Author::only)
        : Optional.empty();
  }

  private static Optional<String> only(String addresses) {
    Set<String> domains = new LinkedHashSet<>();
    for (String address : addresses.split("[,;]")) {
      if (address.indexOf('@') >= 0) {
        Optional<String> domain = domainOf(address);
        if (domain.isEmpty()) {
          return Optional.empty();
        }
        domains.add(domain.get());
      }
    }
    return domains.size() == 1 ? Optional.of(domains.iterator().next()) : Optional.empty();
  }

  /** Of {@code user@domain}, {@code name <user@domain>} or, in a group, {@code name: either}. */
  private static Optional<String> domainOf(String mailbox) {
    int open = mailbox.indexOf('<');
    int close = mailbox.lastIndexOf('>');
    boolean angled = open >= 0 && close == mailbox.stripTrailing().length() - 1;
    String address =
        angled
            ? mailbox.substring(open + 1, close)
            : mailbox.substring(mailbox.lastIndexOf(':') + 1);
    int at = address.indexOf('@');
    boolean odd = address.chars().anyMatch(c -> c == '<' || c == '>' || c == ':');
    return at > 0 && !odd && !address.substring(0, at).isBlank()
        ? ascii(address.substring(at + 1).strip())
        : Optional.empty();
  }

  private static Optional<String> ascii(String octets) {
    String text = new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    if (text.length() > DOMAIN_MAX) {
      return Optional.empty(); // in ASCII it would be no shorter, and IDN throws
    }
    try {
      String ascii = text.chars().allMatch(c -> c < 128) ? text : IDN.toASCII(text);
      String lower = ascii.toLowerCase(Locale.ROOT);
      return lower.length() <= DOMAIN_MAX && DOMAIN.matcher(lower).matches()
          ? Optional.of(lower)
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Without comments, and with a letter in the place of each quoted string; empty if one is open.
   */
  private static Optional<String> bare(String body) {
    StringBuilder bare = new StringBuilder(body.length());
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c == '\\' && (quoted || depth > 0)) {
        i++;
      } else if (c == '"' && depth == 0) {
        bare.append(quoted ? "" : "q");
        quoted = !quoted;
      } else if (c == '(' && !quoted) {
        depth++;
      } else if (c == ')' && !quoted && depth > 0) {
        depth--;
      } else if (!quoted && depth == 0) {
        bare.append(c);
      }
    }
    return quoted || depth > 0 ? Optional.empty() : Optional.of(bare.toString());
  }
}
