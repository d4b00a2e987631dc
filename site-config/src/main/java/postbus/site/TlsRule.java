package postbus.site;

/** How mail for a domain travels; an entry of the section {@code tls-rules}. */
public enum TlsRule {
  /** In clear text. */
  NEVER,
  /** In TLS where the server offers it, whatever its certificate (RFC 7435). */
  OPPORTUNISTIC,
  /** In TLS, whatever the certificate; it waits while there is none. */
  REQUIRED,
  /** In TLS to a server whose certificate is trusted and names it; it waits while there is none. */
  VERIFIED
}
