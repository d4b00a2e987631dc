package postbus.policy;

import java.io.IOException;
import postbus.site.Place;

/**
 * How one program is asked about one mail. What it says must be understood to the last octet: half
 * an answer, or nonsense, is none.
 *
 * @param <A> what it says of a mail
 */
interface Scanner<A> {

  /**
   * Blocks until it is interrupted, at most; a connection is then closed.
   *
   * @throws ScannerDown if there is no connection
   * @throws java.net.ProtocolException if the answer cannot be understood
   * @throws IOException if there is none
   */
  ScanAnswer<A> scan(Place server, ScannedMail mail) throws IOException, InterruptedException;
}
