package postbus.mail;

/** Who is told when a mail fails (RFC 5321, section 3.3): an address, or nobody. */
public sealed interface ReversePath {

  /** The null sender {@code <>}: bounces come from it, and nothing bounces to it. */
  record Null() implements ReversePath {
    @Override
    public String toString() {
      return "<>";
    }
  }

  /** An ordinary sender. */
  record Address(EmailAddress value) implements ReversePath {
    @Override
    public String toString() {
      return "<" + value + ">";
    }
  }

  /** The inverse of {@link #text}: an empty text is the null sender. */
  static ReversePath of(String text) {
    return text.isEmpty() ? new Null() : new Address(EmailAddress.of(text));
  }

  /** The address without angle brackets; empty for the null sender. */
  default String text() {
    return switch (this) {
      case Null() -> "";
      case Address(EmailAddress value) -> value.toString();
    };
  }
}
