package postbus.auth.spf;

import java.util.Optional;
import postbus.site.HostList.Network;

/** What a host can be matched by (RFC 7208, section 5). */
sealed interface Mechanism {

  record All() implements Mechanism {}

  record Include(MacroString domain) implements Mechanism {}

  /**
   * The addresses of a name.
   *
   * @param domain empty for the domain itself
   */
  record A(Optional<MacroString> domain, Bits bits) implements Mechanism {}

  /** The addresses of a domain's exchangers. */
  record Mx(Optional<MacroString> domain, Bits bits) implements Mechanism {}

  /** The names that the host is said to have, and has. */
  record Ptr(Optional<MacroString> domain) implements Mechanism {}

  record Ip(Network network) implements Mechanism {}

  record Exists(MacroString domain) implements Mechanism {}

  /** How many of the first bits of an address count. */
  record Bits(int v4, int v6) {}

  /** A mechanism with the result that it leads to. */
  record Directive(SpfResult result, Mechanism mechanism) {}
}
