package postbus.content;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The keys that RFC 8463, appendix A, publishes. */
final class Keys {
  static final String DOMAIN = "football.example.com";

  private Keys() {}

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(Keys.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static DkimKey rsa() throws InvalidDkimKey {
    return DkimKey.read(file("rfc8463-rsa.pem"));
  }

  static DkimKey ed25519() throws InvalidDkimKey {
    return DkimKey.read(file("rfc8463-ed25519.pem"));
  }

  /** Both, as one domain has them. */
  static DkimSigners both() throws InvalidDkimKey {
    return new DkimSigners(
        List.of(
            new DkimSigner(DOMAIN, "test", rsa()), new DkimSigner(DOMAIN, "brisbane", ed25519())));
  }
}
