package postbus.auth.dkim;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import postbus.auth.MailHeader;
import postbus.content.Canonicalization;

/**
 * A DKIM-Signature by the rules of RFC 6376, section 3.5.
 *
 * @param domain d=, in lower case
 * @param identityDomain of i=, the domain itself or one below it
 * @param fields h=, in lower case
 * @param bodyLength l=
 * @param expires x=, in seconds since 1970
 */
record DkimSignature(
    MailHeader.Field field,
    String algorithm,
    byte[] signature,
    byte[] bodyHash,
    Canonicalization headerForm,
    Canonicalization bodyForm,
    String domain,
    String selector,
    String identityDomain,
    List<String> fields,
    Optional<Long> bodyLength,
    Optional<Long> expires) {

  /** Fields that one signature names: more are not looked for. */
  private static final int FIELDS_MAX = 500;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_-]*+)(?:\\.[A-Za-z0-9_][A-Za-z0-9_-]*+)*+");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /** What is wrong with a signature, for people. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String what) {
      super(what, null, false, false);
    }
  }

  static DkimSignature read(MailHeader.Field field) throws Malformed {
    TagList tags =
        TagList.read(field.body()).orElseThrow(() -> new Malformed("not a list of tags"));
    if (!need(tags, "v").equals("1")) {
      throw new Malformed("unknown version");
    }
    String domain = name(tags, "d").toLowerCase(Locale.ROOT);
    String[] forms = tags.packed("c").orElse("simple").toLowerCase(Locale.ROOT).split("/", 2);
    Optional<Long> signed = number(tags, "t");
    Optional<Long> expires = number(tags, "x");
    if (signed.isPresent() && expires.isPresent() && expires.get() < signed.get()) {
      throw new Malformed("expires before it was made");
    }
    if (!Arrays.asList(tags.packed("q").orElse("dns/txt").split(":")).contains("dns/txt")) {
      throw new Malformed("its key is not in DNS");
    }
    return new DkimSignature(
        field,
        need(tags, "a").toLowerCase(Locale.ROOT),
        base64(tags, "b"),
        base64(tags, "bh"),
        form(forms[0]),
        form(forms.length == 1 ? "simple" : forms[1]),
        domain,
        name(tags, "s"),
        identityDomain(tags, domain),
        fields(tags),
        number(tags, "l"),
        expires);
  }

  private static String need(TagList tags, String name) throws Malformed {
    return tags.packed(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> new Malformed("no " + name + "="));
  }

  private static String name(TagList tags, String tag) throws Malformed {
    String name = need(tags, tag);
    if (!NAME.matcher(name).matches() || name.length() > 253) {
      throw new Malformed("no name in " + tag + "=");
    }
    return name;
  }

  private static byte[] base64(TagList tags, String tag) throws Malformed {
    try {
      return Base64.getDecoder().decode(need(tags, tag));
    } catch (IllegalArgumentException _) {
      throw new Malformed("no base64 in " + tag + "=");
    }
  }

  private static Canonicalization form(String name) throws Malformed {
    return switch (name) {
      case "simple" -> Canonicalization.SIMPLE;
      case "relaxed" -> Canonicalization.RELAXED;
      default -> throw new Malformed("unknown canonicalization");
    };
  }

  private static Optional<Long> number(TagList tags, String tag) throws Malformed {
    Optional<String> text = tags.packed(tag);
    if (text.isPresent() && !NUMBER.matcher(text.get()).matches()) {
      throw new Malformed("no number in " + tag + "=");
    }
    return text.map(Long::parseLong);
  }

  private static String identityDomain(TagList tags, String domain) throws Malformed {
    String identity = tags.packed("i").orElse("@" + domain);
    String of = identity.substring(identity.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    if (!identity.contains("@") || !(of.equals(domain) || of.endsWith("." + domain))) {
      throw new Malformed("i= is not of d=");
    }
    return of;
  }

  private static List<String> fields(TagList tags) throws Malformed {
    List<String> fields = List.of(need(tags, "h").toLowerCase(Locale.ROOT).split(":", -1));
    if (!fields.contains("from")) {
      throw new Malformed("From is not signed");
    }
    if (fields.size() > FIELDS_MAX) {
      throw new Malformed("too many fields are signed");
    }
    return fields;
  }
}
