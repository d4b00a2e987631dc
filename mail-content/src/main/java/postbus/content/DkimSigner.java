package postbus.content;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import postbus.mail.HeaderField;

/**
 * Signs mail in the name of a domain (DKIM, RFC 6376): relaxed/relaxed, the whole body, and of the
 * header what readers see and programs act on. From is signed once more than it is there, so that
 * no second one can be added (section 8.15).
 *
 * <p>Own code on {@link java.security.Signature}: the one library for Java, jdkim, knows no
 * Ed25519, and what is left of DKIM beside the JDK's signatures is this package's two canonical
 * forms.
 */
public final class DkimSigner {
  /** Signed where they are there, beside From; and all that begin with {@code List-}. */
  private static final Set<String> SIGNED =
      Set.of(
          "to",
          "cc",
          "subject",
          "date",
          "message-id",
          "reply-to",
          "mime-version",
          "content-type",
          "content-transfer-encoding",
          "in-reply-to",
          "references");

  private static final Pattern LIST = Pattern.compile("list-[a-z-]++");

  /** Fields of one mail that are signed; those of a mail with more are not. */
  private static final int SIGNED_MAX = 100;

  private static final String NAME = "DKIM-Signature";
  private static final int COLUMNS = 72;
  private static final String FOLD = "\r\n\t ";

  private final String domain;
  private final String selector;
  private final DkimKey key;

  /**
   * A signer.
   *
   * @param domain d=, where the public key is published
   * @param selector s=, under which name it is
   */
  public DkimSigner(String domain, String selector, DkimKey key) {
    if (!isName(domain) || !isName(selector)) {
      throw new IllegalArgumentException("no domain or no selector: " + domain + ", " + selector);
    }
    this.domain = domain.toLowerCase(Locale.ROOT);
    this.selector = selector;
    this.key = key;
  }

  private static boolean isName(String name) {
    return name.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  }

  /** Of the domain, in lower case. */
  String domain() {
    return domain;
  }

  HeaderField sign(HeaderFields header, byte[] bodyHash, Instant now) {
    List<String> names = names(header);
    String unsigned =
        "v=1; a=%s; c=relaxed/relaxed; d=%s;\r\n\ts=%s; t=%d;\r\n\th=%s;\r\n\tbh=%s;\r\n\tb="
            .formatted(
                key.algorithm(),
                domain,
                selector,
                now.getEpochSecond(),
                folded(names),
                base64(bodyHash));
    byte[] signature = key.sign(signedOctets(header, names, unsigned));
    return new HeaderField(NAME, unsigned + folded(base64(signature)));
  }

  /** The tag h=: From once more than it is there, any other as often as it is. */
  private static List<String> names(HeaderFields header) {
    List<String> names = new ArrayList<>(List.of("from", "from"));
    header.fields().stream()
        .map(HeaderFields.Field::name)
        .filter(name -> SIGNED.contains(name) || LIST.matcher(name).matches())
        .limit(SIGNED_MAX)
        .forEach(names::add);
    return names;
  }

  /**
   * What the signature is of (RFC 6376, section 3.7): the fields, of one name from the bottom up,
   * then the signature's own with an empty b=.
   */
  static byte[] signedOctets(HeaderFields header, List<String> names, String unsigned) {
    StringBuilder signed = new StringBuilder();
    Map<String, Iterator<HeaderFields.Field>> left = new HashMap<>();
    for (String name : names) {
      var fields = left.computeIfAbsent(name, n -> header.upwards(n).iterator());
      if (fields.hasNext()) {
        signed.append(fields.next().relaxed()).append("\r\n");
      }
    }
    signed.append(new HeaderFields.Field(NAME.toLowerCase(Locale.ROOT), unsigned).relaxed());
    return signed.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String folded(List<String> names) {
    StringBuilder folded = new StringBuilder();
    int column = 0;
    for (String name : names) {
      if (column > 0) {
        folded.append(':');
        if (column + name.length() > COLUMNS) {
          folded.append(FOLD);
          column = 0;
        }
      }
      folded.append(name);
      column += name.length() + 1;
    }
    return folded.toString();
  }

  private static String folded(String base64) {
    StringBuilder folded = new StringBuilder(base64);
    for (int at = (base64.length() - 1) / COLUMNS * COLUMNS; at > 0; at -= COLUMNS) {
      folded.insert(at, FOLD);
    }
    return folded.toString();
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
