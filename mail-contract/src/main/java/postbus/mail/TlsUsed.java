package postbus.mail;

/**
 * The TLS in which a client handed a mail in.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipher the suite by its IANA name, such as {@code TLS_AES_256_GCM_SHA384}
 */
public record TlsUsed(String protocol, String cipher) {}
