package postbus.site;

import java.nio.file.Path;

/**
 * A key that a pool signs mail with (DKIM, RFC 6376); an entry of {@code pools.NAME.dkim}.
 *
 * @param domain whose mail it signs: that of the From field, or one below it
 * @param selector where in the domain's DNS the public key is
 * @param file the private key, PEM: RSA or Ed25519
 */
public record SigningKey(String domain, String selector, Path file) {

  /** Whether it signs mail of this domain, in lower case. */
  public boolean signs(String from) {
    return from.equals(domain) || from.endsWith("." + domain);
  }
}
