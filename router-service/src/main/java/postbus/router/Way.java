package postbus.router;

import java.util.List;
import java.util.Optional;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;

/**
 * Where mail for an address would end, and how it would come there. An address with several targets
 * has several ways.
 *
 * @param address at the end
 * @param rule the router that decides about it, such as {@code accounts}
 * @param redirects what led to the address, the nearest first; empty if nothing did
 */
public record Way(EmailAddress address, String rule, List<Redirect> redirects, Fate fate) {

  public Way {
    redirects = List.copyOf(redirects);
  }

  /** An address that another took the place of, and the router that did it. */
  public record Redirect(EmailAddress address, String rule) {}

  /** What would happen at the end. */
  public sealed interface Fate {}

  /**
   * Sent by SMTP.
   *
   * @param site the group of domains with the same exchangers
   * @param lane by the site's configuration; a busy site may be lent another
   * @param hosts in the order in which they are tried
   */
  public record Sent(String pool, String site, String lane, List<Host> hosts) implements Fate {
    public Sent {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * A host that is tried.
   *
   * @param name as DNS or the site names it; with its port if that is not 25
   * @param preference as MX has it; empty where DNS was not asked
   * @param addresses as DNS has them; empty where it was not asked
   */
  public record Host(String name, Optional<Integer> preference, List<String> addresses) {
    public Host {
      addresses = List.copyOf(addresses);
    }
  }

  /** Put into a mailbox here. */
  public record Kept() implements Fate {}

  /** Given to a command, if the site allows it; the mail waits if not. */
  public record Piped(String command, boolean allowed) implements Fate {}

  /** Bounced: a 5yz reply. */
  public record Failed(SmtpReply reply) implements Fate {}

  /** Tried again later: a 4yz reply. */
  public record Deferred(SmtpReply reply) implements Fate {}

  /** Thrown away, since the site says so. */
  public record Discarded() implements Fate {}
}
