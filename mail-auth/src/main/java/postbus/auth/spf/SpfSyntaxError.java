package postbus.auth.spf;

/**
 * A record that is not as RFC 7208, section 12, has it; the whole of it then counts for nothing.
 */
final class SpfSyntaxError extends Exception {
  private static final long serialVersionUID = 1L;

  SpfSyntaxError(String what) {
    super(what, null, false, false);
  }
}
