package postbus.site;

import java.nio.file.Path;

/**
 * How a listener speaks TLS (RFC 3207, 8314).
 *
 * @param certificate its chain in PEM, its own certificate first
 * @param key the private key of that certificate in PEM
 */
public record ListenerTls(Use use, Path certificate, Path key) {

  /** When a session is in TLS. */
  public enum Use {
    /** When the client wants: STARTTLS is offered. */
    OFFERED,
    /** Before anything else than a greeting is said: STARTTLS has to come first. */
    REQUIRED,
    /** From the first octet on. */
    IMPLICIT
  }
}
