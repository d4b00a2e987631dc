package postbus.accounts;

/** A hash that is understood, and can be compared with passwords. */
interface Verifier {

  /**
   * Computes for as long as the hash wants, within the bounds of its scheme.
   *
   * @param password at most {@link PasswordHash#PASSWORD_OCTETS_MAX} octets, none of them NUL; it
   *     stays as it is
   */
  boolean matches(byte[] password);

  /** The memory that it takes, in KiB; 0 if it costs next to nothing. */
  int memoryKib();
}
