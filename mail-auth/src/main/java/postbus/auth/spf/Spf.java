package postbus.auth.spf;

import java.net.IDN;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import postbus.dns.DnsRecords;
import postbus.mail.EmailAddress;
import postbus.mail.ReversePath;

/**
 * May this client send mail in the name of its reverse-path, or of what it calls itself? RFC 7208's
 * check_host() for the two identities, each within the limits of section 4.6.4, both within the
 * deadline of the DNS that they ask.
 */
public final class Spf {
  /** Whose mail it is where nobody is named (section 4.3). */
  private static final String POSTMASTER = "postmaster";

  private static final int LABEL_MAX = 63;
  private static final int DOMAIN_MAX = 253;

  /** Two labels at least; what is in them is for DNS to judge. */
  private static final Pattern DOMAIN =
      Pattern.compile("(?!\\[)[^.]{1," + LABEL_MAX + "}(?:\\.[^.]{1," + LABEL_MAX + "})+\\.?");

  private final String receiver;

  /**
   * @param receiver the name of this host, for explanations
   */
  public Spf(String receiver) {
    this.receiver = receiver;
  }

  /** What is checked: RFC 7208, section 2. */
  public enum Identity {
    HELO,
    MAIL_FROM
  }

  /**
   * What a check came to.
   *
   * @param domain whose record counted first, in lower case and ASCII; what is no domain of a host,
   *     as it was named. A stranger's text
   * @param explanation what that domain says to those who fail: a stranger's text, of ASCII
   */
  public record Outcome(
      Identity identity, String domain, SpfResult result, Optional<String> explanation) {}

  /** The sender's domain; a null reverse-path counts as postmaster of what the client is called. */
  public Outcome mailFrom(
      DnsRecords dns, InetAddress client, String helo, ReversePath reversePath) {
    return switch (reversePath) {
      case ReversePath.Null() -> helo(dns, client, helo);
      case ReversePath.Address(EmailAddress sender) ->
          check(
              dns,
              Identity.MAIL_FROM,
              new Asked(client, helo, sender.unquotedLocalPart(), sender.domain(), receiver));
    };
  }

  /** What the client calls itself. */
  public Outcome helo(DnsRecords dns, InetAddress client, String helo) {
    return check(dns, Identity.HELO, new Asked(client, helo, POSTMASTER, helo, receiver));
  }

  static Outcome check(DnsRecords dns, Identity identity, Asked asked) {
    Optional<String> domain = domain(asked.senderDomain());
    if (domain.isEmpty()) {
      return new Outcome(identity, asked.senderDomain(), SpfResult.NONE, Optional.empty());
    }
    CheckHost check = new CheckHost(dns, asked);
    SpfResult result = check.of(domain.get());
    Optional<String> explanation =
        result == SpfResult.FAIL ? check.explanation() : Optional.empty();
    return new Outcome(identity, domain.get(), result, explanation);
  }

  /** In ASCII; empty for what is no name of a host that has one (section 4.3). */
  private static Optional<String> domain(String text) {
    if (text.length() > DOMAIN_MAX) {
      return Optional.empty(); // in ASCII it would be no shorter, and IDN throws
    }
    try {
      String ascii = text.chars().allMatch(c -> c < 128) ? text : IDN.toASCII(text);
      return DOMAIN.matcher(ascii).matches() && ascii.length() <= DOMAIN_MAX
          ? Optional.of(ascii.toLowerCase(Locale.ROOT))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Who is asked about.
   *
   * @param localPart not empty
   */
  record Asked(
      InetAddress client, String helo, String localPart, String senderDomain, String receiver) {
    Asked {
      localPart = localPart.isEmpty() ? POSTMASTER : localPart;
    }
  }
}
