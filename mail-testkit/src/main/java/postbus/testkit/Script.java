package postbus.testkit;

import java.time.Duration;
import java.util.Set;

/**
 * How a {@link ScriptedSmtpServer} behaves to everyone.
 *
 * @param greeting the first line; one that does not begin with 220 is followed by the close
 * @param greetingDelay before the greeting
 * @param extensions what EHLO offers
 * @param slowness how long it waits before it answers about {@code slow@}
 * @param mailsMax mails after which it says 421 and closes
 * @param connectionsMax open connections beyond which it greets with 421
 */
public record Script(
    String greeting,
    Duration greetingDelay,
    Set<Extension> extensions,
    Duration slowness,
    int mailsMax,
    int connectionsMax) {

  /** What a server may offer, or get wrong. */
  public enum Extension {
    PIPELINING("PIPELINING"),
    SIZE("SIZE 10485760"),
    EIGHT_BIT_MIME("8BITMIME"),
    SMTP_UTF8("SMTPUTF8"),
    ENHANCED_STATUS_CODES("ENHANCEDSTATUSCODES"),
    STARTTLS("STARTTLS"),
    CHUNKING("CHUNKING"),
    DSN("DSN"),
    /** Two recipients a transaction, three transactions a connection; told, not held to. */
    LIMITS("LIMITS RCPTMAX=2 MAILMAX=3"),
    /** Offered in TLS only, as RFC 8689 has it. */
    REQUIRETLS("REQUIRETLS"),
    /** It offers STARTTLS, and somebody between slips in a reply to EHLO before the handshake. */
    INJECTED_STARTTLS("STARTTLS"),
    /** It offers STARTTLS, says 220, and then talks no TLS. */
    BROKEN_STARTTLS("STARTTLS"),
    /** It offers STARTTLS and refuses it. */
    REFUSED_STARTTLS("STARTTLS"),
    /** It offers STARTTLS, says 421 to it and closes. */
    CLOSING_STARTTLS("STARTTLS"),
    /**
     * It offers STARTTLS, and closes once the handshake is over, as TLS 1.3 lets servers refuse.
     */
    DROPPED_STARTTLS("STARTTLS"),
    /** It knows HELO only. */
    NO_EHLO("");

    final String keyword;

    Extension(String keyword) {
      this.keyword = keyword;
    }
  }

  /** A good server of today, without TLS. */
  public static final Script GOOD =
      new Script(
          "220 peer.example.net ESMTP",
          Duration.ZERO,
          Set.of(
              Extension.PIPELINING,
              Extension.SIZE,
              Extension.EIGHT_BIT_MIME,
              Extension.SMTP_UTF8,
              Extension.ENHANCED_STATUS_CODES),
          Duration.ofMillis(300),
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  /** A good server that takes contents in chunks, and acts on DSN. */
  public static final Script CHUNKED =
      GOOD.offering(
          Extension.PIPELINING,
          Extension.SIZE,
          Extension.EIGHT_BIT_MIME,
          Extension.SMTP_UTF8,
          Extension.ENHANCED_STATUS_CODES,
          Extension.CHUNKING,
          Extension.DSN);

  /** The reply to EHLO. */
  String ehlo(boolean isTls) {
    StringBuilder reply = new StringBuilder("250-peer.example.net greets you\r\n");
    for (Extension extension : Extension.values()) {
      boolean isStale = isTls && extension.keyword.equals("STARTTLS");
      boolean isEarly = !isTls && extension == Extension.REQUIRETLS;
      if (extensions.contains(extension) && !isStale && !isEarly && !extension.keyword.isEmpty()) {
        reply.append("250-").append(extension.keyword).append("\r\n");
      }
    }
    return reply + "250 HELP";
  }

  /** The same server with another greeting, such as {@code 421 busy}. */
  public Script greeting(String line) {
    return new Script(line, greetingDelay, extensions, slowness, mailsMax, connectionsMax);
  }

  /** The same server, late with its greeting. */
  public Script greetingDelay(Duration delay) {
    return new Script(greeting, delay, extensions, slowness, mailsMax, connectionsMax);
  }

  /** The same server with these extensions and no others. */
  public Script offering(Extension... only) {
    return new Script(greeting, greetingDelay, Set.of(only), slowness, mailsMax, connectionsMax);
  }

  /** The same server, slower or faster about {@code slow@}. */
  public Script slowness(Duration wait) {
    return new Script(greeting, greetingDelay, extensions, wait, mailsMax, connectionsMax);
  }

  /** The same server, taking fewer mails on one connection. */
  public Script mailsMax(int max) {
    return new Script(greeting, greetingDelay, extensions, slowness, max, connectionsMax);
  }

  /** The same server, serving fewer connections at the same time. */
  public Script connectionsMax(int max) {
    return new Script(greeting, greetingDelay, extensions, slowness, mailsMax, max);
  }
}
