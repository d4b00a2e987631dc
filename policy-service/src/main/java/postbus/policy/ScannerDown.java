package postbus.policy;

import java.io.IOException;

/** No connection to a scanner, whatever the mail. */
final class ScannerDown extends IOException {
  private static final long serialVersionUID = 1;

  ScannerDown(IOException why) {
    super(why.toString(), why);
  }
}
