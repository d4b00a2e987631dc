package postbus.content;

import java.nio.file.Path;

/** A file is not the private key that it should be; says which file, and what was expected. */
public final class InvalidDkimKey extends Exception {
  private final String mistake;

  InvalidDkimKey(Path file, String found) {
    this(
        file.toString(),
        found,
        "expected a private key in PEM: RSA of at least "
            + DkimKey.RSA_BITS_MIN
            + " bits (PKCS#8 or PKCS#1) or Ed25519 (PKCS#8)");
  }

  private InvalidDkimKey(String file, String found, String expected) {
    super(file + ": " + found + "; " + expected);
    mistake = found + "; " + expected;
  }

  /** What was found and what was expected, without the file. */
  public String mistake() {
    return mistake;
  }
}
