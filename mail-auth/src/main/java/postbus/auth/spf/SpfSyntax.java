package postbus.auth.spf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import postbus.auth.spf.Mechanism.Bits;
import postbus.auth.spf.Mechanism.Directive;
import postbus.site.HostList.Network;

/** Reads records (RFC 7208, section 12): all of one is right, or none of it counts. */
final class SpfSyntax {
  private static final String VERSION = "v=spf1";
  private static final int V4_BITS = 32;
  private static final int V6_BITS = 128;

  /** Characters of an address: of an IPv6 one with an IPv4 one at its end. */
  private static final int ADDRESS_MAX = 45;

  private static final Pattern MODIFIER = Pattern.compile("([A-Za-z][A-Za-z0-9_.-]*+)=(.*)");
  private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");
  private static final Pattern V4 =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private final List<Directive> directives = new ArrayList<>();
  private Optional<MacroString> redirect = Optional.empty();
  private Optional<MacroString> explanation = Optional.empty();

  private SpfSyntax() {}

  /** Whether a TXT record is one of SPF at all (section 4.5). */
  static boolean isSpf(String text) {
    return text.regionMatches(true, 0, VERSION, 0, VERSION.length())
        && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
  }

  static SpfRecord read(String text) throws SpfSyntaxError {
    SpfSyntax syntax = new SpfSyntax();
    for (String term : text.substring(VERSION.length()).split(" ")) {
      if (!term.isEmpty()) {
        syntax.term(term);
      }
    }
    return new SpfRecord(syntax.directives, syntax.redirect, syntax.explanation);
  }

  private void term(String term) throws SpfSyntaxError {
    var modifier = MODIFIER.matcher(term);
    if (!term.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new SpfSyntaxError("an octet that is no visible character of ASCII");
    } else if (modifier.matches()) {
      modifier(modifier.group(1).toLowerCase(Locale.ROOT), modifier.group(2));
    } else {
      directives.add(directive(term));
    }
  }

  private void modifier(String name, String value) throws SpfSyntaxError {
    switch (name) {
      case "redirect" -> {
        once(redirect, name);
        redirect = Optional.of(MacroString.domain(value));
      }
      case "exp" -> {
        once(explanation, name);
        explanation = Optional.of(MacroString.domain(value));
      }
      default -> MacroString.text(value);
    }
  }

  private static void once(Optional<MacroString> before, String name) throws SpfSyntaxError {
    if (before.isPresent()) {
      throw new SpfSyntaxError(name + "= twice");
    }
  }

  private static Directive directive(String term) throws SpfSyntaxError {
    SpfResult result =
        switch (term.charAt(0)) {
          case '-' -> SpfResult.FAIL;
          case '~' -> SpfResult.SOFTFAIL;
          case '?' -> SpfResult.NEUTRAL;
          default -> SpfResult.PASS;
        };
    int begin = "+-~?".indexOf(term.charAt(0)) >= 0 ? 1 : 0;
    int end = begin;
    while (end < term.length() && ":/".indexOf(term.charAt(end)) < 0) {
      end++;
    }
    String name = term.substring(begin, end).toLowerCase(Locale.ROOT);
    return new Directive(result, mechanism(name, term.substring(end)));
  }

  /**
   * @param rest what follows the name: {@code :domain}, {@code /length}, both, or nothing
   */
  private static Mechanism mechanism(String name, String rest) throws SpfSyntaxError {
    return switch (name) {
      case "all" -> {
        if (!rest.isEmpty()) {
          throw new SpfSyntaxError("all with more");
        }
        yield new Mechanism.All();
      }
      case "include" -> new Mechanism.Include(MacroString.domain(value(name, rest)));
      case "exists" -> new Mechanism.Exists(MacroString.domain(value(name, rest)));
      case "ptr" -> new Mechanism.Ptr(optionalDomain(rest));
      case "ip4" -> new Mechanism.Ip(network(value(name, rest), V4, V4_BITS));
      case "ip6" -> new Mechanism.Ip(network(value(name, rest), V6, V6_BITS));
      case "a", "mx" -> hosts(name, rest);
      default -> throw new SpfSyntaxError("no mechanism");
    };
  }

  private static String value(String name, String rest) throws SpfSyntaxError {
    if (!rest.startsWith(":")) {
      throw new SpfSyntaxError(name + " without a value");
    }
    return rest.substring(1);
  }

  private static Optional<MacroString> optionalDomain(String rest) throws SpfSyntaxError {
    return rest.isEmpty() ? Optional.empty() : Optional.of(MacroString.domain(value("", rest)));
  }

  /** A domain may hold slashes; so lengths are taken off the end. */
  private static Mechanism hosts(String name, String rest) throws SpfSyntaxError {
    int v6At = lengthAt(rest, "//");
    int v6 = v6At < 0 ? V6_BITS : length(rest.substring(v6At + 2), V6_BITS);
    String first = v6At < 0 ? rest : rest.substring(0, v6At);
    int v4At = lengthAt(first, "/");
    int v4 = v4At < 0 ? V4_BITS : length(first.substring(v4At + 1), V4_BITS);
    Optional<MacroString> domain = optionalDomain(v4At < 0 ? first : first.substring(0, v4At));
    Bits bits = new Bits(v4, v6);
    return name.equals("a") ? new Mechanism.A(domain, bits) : new Mechanism.Mx(domain, bits);
  }

  /** Where the slashes before a number at the end are; -1 if none are. */
  private static int lengthAt(String text, String slashes) {
    int digits = text.length();
    while (digits > 0 && Character.isDigit(text.charAt(digits - 1))) {
      digits--;
    }
    int at = digits - slashes.length();
    return digits < text.length() && text.startsWith(slashes, at) ? at : -1;
  }

  private static int length(String digits, int most) throws SpfSyntaxError {
    if (!LENGTH.matcher(digits).matches() || Integer.parseInt(digits) > most) {
      throw new SpfSyntaxError("no length of a prefix: /" + digits);
    }
    return Integer.parseInt(digits);
  }

  private static Network network(String text, Pattern form, int bits) throws SpfSyntaxError {
    int slash = text.indexOf('/');
    String base = slash < 0 ? text : text.substring(0, slash);
    try {
      if (base.length() <= ADDRESS_MAX && form.matcher(base).matches()) {
        int length = slash < 0 ? bits : length(text.substring(slash + 1), bits);
        return new Network(InetAddress.ofLiteral(base), length);
      }
    } catch (IllegalArgumentException _) {
      // Of the right characters, and no address yet.
    }
    throw new SpfSyntaxError("no network");
  }
}
