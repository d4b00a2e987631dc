package postbus.site.alias;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the one address that a text holds, as people and old software write it (RFC 822, with what
 * Exim forgives): {@code jane}, {@code Jane Doe <jane@example.org>}, {@code jane (at home) @
 * example.org}, {@code @old.example:jane@example.org}. Comments, display names, source routes and
 * white space go; quotes and backslashes of the local part stay.
 *
 * <p>It says of every text what Exim 4.96 says of it; one pass, for any length.
 */
public final class AddressText {
  /** Octets of an address, with the comments inside of it; Exim's bound. */
  static final int OCTETS_MAX = 256;

  private final String text;
  private final AddressScanner in;

  /** What a text holds. */
  public sealed interface Extracted {
    /**
     * An address.
     *
     * @param domain empty if the text names none
     */
    record Address(String localPart, Optional<String> domain) implements Extracted {}

    /** Nothing but comments and white space. */
    record Nothing() implements Extracted {}

    /** No address, for this reason. */
    record Wrong(String why) implements Extracted {}
  }

  private AddressText(String text) {
    this.text = text;
    in = new AddressScanner(text);
  }

  /** What the text holds. */
  public static Extracted extract(String text) {
    if (text.indexOf(AddressScanner.END) >= 0) {
      return new Extracted.Wrong("a NUL");
    }
    AddressText reader = new AddressText(text);
    Extracted read = reader.read();
    return reader.in.wrong().<Extracted>map(Extracted.Wrong::new).orElse(read);
  }

  private Extracted read() {
    in.skipComments();
    int start = in.at();
    String first = in.localPart(true);
    boolean isLast = in.peek() == AddressScanner.END || in.peek() == ';';
    if (isLast && first.isEmpty()) {
      return new Extracted.Nothing();
    }
    if (in.peek() == '@') {
      Extracted.Address address = first.isEmpty() ? routed(AddressScanner.END) : withDomain(first);
      return ended(address, start, in.wordEnd());
    }
    if (isLast) {
      return ended(new Extracted.Address(first, Optional.empty()), start, in.wordEnd());
    }
    while (in.wrong().isEmpty() && in.peek() != '<') {
      in.localPart(false);
    }
    return inBrackets();
  }

  private Extracted.Address withDomain(String localPart) {
    in.take();
    return new Extracted.Address(localPart, Optional.of(in.domain(true)));
  }

  private Extracted inBrackets() {
    in.take();
    int start = in.at();
    in.skipComments();
    Extracted.Address address = in.peek() == '@' ? routed('>') : upTo('>');
    int end = in.at();
    if (in.take() != '>') {
      in.fail("\">\" is missing");
    }
    in.skipComments();
    return ended(address, start, end);
  }

  private Extracted.Address routed(char last) {
    in.sourceRoute();
    Extracted.Address address = upTo(last);
    if (address.domain().isEmpty()) {
      in.fail("a source route without a domain behind it");
    }
    return address;
  }

  private Extracted.Address upTo(char last) {
    String localPart = in.localPart(false);
    if (in.peek() == last) {
      return new Extracted.Address(localPart, Optional.empty());
    }
    if (in.peek() != '@') {
      in.fail("an \"@\" is missing");
    }
    in.take();
    return new Extracted.Address(localPart, Optional.of(in.domain(false)));
  }

  private Extracted ended(Extracted.Address address, int start, int end) {
    if (in.peek() != AddressScanner.END) {
      in.fail("more than one address");
    }
    String written = text.substring(start, Math.clamp(end, start, text.length()));
    if (written.length() > OCTETS_MAX
        || written.getBytes(StandardCharsets.UTF_8).length > OCTETS_MAX) {
      in.fail("an address of more than " + OCTETS_MAX + " octets");
    }
    return address;
  }
}
