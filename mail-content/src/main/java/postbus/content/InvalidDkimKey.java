package postbus.content;

import java.nio.file.Path;

/** A file is not the private key that it should be; says which file, and what was expected. */
public final class InvalidDkimKey extends Exception {

  InvalidDkimKey(Path file, String found) {
    super(
        file
            + ": "
            + found
            + "; expected a private key in PEM: RSA of at least "
            + DkimKey.RSA_BITS_MIN
            + " bits (PKCS#8 or PKCS#1) or Ed25519 (PKCS#8)");
  }
}
