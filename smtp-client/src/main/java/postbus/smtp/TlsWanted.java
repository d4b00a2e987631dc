package postbus.smtp;

/** How a mail may travel to its next host. */
public enum TlsWanted {
  /** In clear text. */
  NEVER,
  /**
   * In TLS where the server offers it and the {@link Caller} uses it, whatever the certificate (RFC
   * 7435); in clear text where not, or where the handshake fails.
   */
  OPPORTUNISTIC,
  /** In TLS, whatever the certificate. */
  REQUIRED,
  /** In TLS, to a server whose certificate is trusted and names the host we looked for. */
  VERIFIED,
  /** Verified, and to a server that promises the same for the rest of the way (RFC 8689). */
  REQUIRETLS;

  boolean isVerified() {
    return this == VERIFIED || this == REQUIRETLS;
  }
}
