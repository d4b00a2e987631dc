package postbus.auth.dkim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A tag-list (RFC 6376, section 3.2): {@code v=1; a=rsa-sha256}. DMARC's records are such too. */
public final class TagList {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*+");
  private static final Pattern SPACE = Pattern.compile("[ \t\r\n]+");

  private final Map<String, String> tags;

  private TagList(Map<String, String> tags) {
    this.tags = tags;
  }

  /** Empty if it is none: no {@code =}, no name, or one name twice. */
  public static Optional<TagList> read(String text) {
    Map<String, String> tags = new LinkedHashMap<>();
    String[] specs = text.split(";", -1);
    for (int i = 0; i < specs.length; i++) {
      String spec = trimmed(specs[i]);
      int equals = spec.indexOf('=');
      if (spec.isEmpty() && i == specs.length - 1) {
        break;
      }
      String name = equals < 0 ? "" : trimmed(spec.substring(0, equals));
      if (!NAME.matcher(name).matches()
          || tags.put(name, trimmed(spec.substring(equals + 1))) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new TagList(tags));
  }

  private static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  /** The value of a tag, without white space around it. */
  public Optional<String> get(String name) {
    return Optional.ofNullable(tags.get(name));
  }

  /** The same without any white space, which may stand anywhere in it. */
  public Optional<String> packed(String name) {
    return get(name).map(value -> SPACE.matcher(value).replaceAll(""));
  }

  /** Whether this is the first tag, with this value. */
  public boolean beginsWith(String name, String value) {
    return tags.entrySet().stream()
        .findFirst()
        .filter(first -> first.getKey().equals(name) && first.getValue().equals(value))
        .isPresent();
  }
}
