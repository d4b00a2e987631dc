package postbus.mail;

import java.util.Locale;
import java.util.Optional;

/**
 * A mailbox as RFC 5321, section 4.1.2, writes it: a local part, kept as it was written (quoted if
 * it was), and a domain name or address literal, in lower case.
 */
public record EmailAddress(String localPart, String domain) {

  public EmailAddress {
    if (localPart.isEmpty() || domain.isEmpty()) {
      throw new IllegalArgumentException("an address needs a local part and a domain");
    }
    domain = domain.toLowerCase(Locale.ROOT);
  }

  /**
   * Splits at the last {@code @}; empty if one side is missing. It judges no characters: the SMTP
   * session does that where an address comes in.
   */
  public static Optional<EmailAddress> parse(String text) {
    int at = text.lastIndexOf('@');
    return at <= 0 || at == text.length() - 1
        ? Optional.empty()
        : Optional.of(new EmailAddress(text.substring(0, at), text.substring(at + 1)));
  }

  /** Like {@link #parse} for text that was an address before, such as our own records. */
  public static EmailAddress of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no address: " + text));
  }

  /**
   * The local part without quotes and backslashes: those of RFC 5321's Quoted-string, and those
   * that older software leaves inside of a local part ({@code "jane".doe}, {@code \jane}).
   */
  public String unquotedLocalPart() {
    if (localPart.indexOf('"') < 0 && localPart.indexOf('\\') < 0) {
      return localPart;
    }
    StringBuilder plain = new StringBuilder(localPart.length());
    for (int i = 0; i < localPart.length(); i++) {
      char character = localPart.charAt(i);
      if (character == '\\' && i + 1 < localPart.length()) {
        i++;
        plain.append(localPart.charAt(i));
      } else if (character != '"') {
        plain.append(character);
      }
    }
    return plain.toString();
  }

  /**
   * The form by which two addresses count as the same here: quotes off, lower case, as the seed
   * does.
   */
  public String key() {
    return lowerCase(casefulKey());
  }

  /**
   * The form by which two addresses count as the same wherever they are: only the domain's own host
   * knows whether case counts in a local part (RFC 5321, section 2.4).
   */
  public String casefulKey() {
    return unquotedLocalPart() + "@" + domain;
  }

  /** ASCII letters in lower case. Case of others is their script's affair, and mail keeps out. */
  public static String lowerCase(String text) {
    int at = 0;
    while (at < text.length() && !isUpperCase(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder lower = new StringBuilder(text);
    for (; at < text.length(); at++) {
      if (isUpperCase(text.charAt(at))) {
        lower.setCharAt(at, (char) (text.charAt(at) + ('a' - 'A')));
      }
    }
    return lower.toString();
  }

  private static boolean isUpperCase(char character) {
    return character >= 'A' && character <= 'Z';
  }

  @Override
  public String toString() {
    return localPart + "@" + domain;
  }
}
