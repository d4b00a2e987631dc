package postbus.ingress;

import java.util.Arrays;
import java.util.Base64;
import postbus.mail.SmtpReply;

/** What a client says in an exchange of AUTH (RFC 4954, section 4), as values. */
sealed interface SaslResponse {
  /** Octets of a line with its CRLF, which is as much as any mechanism needs (section 4). */
  int LINE_MAX = 12_288;

  /** Forgets what may be a password, as nobody is to read it. */
  default void wipe() {}

  /** What a mechanism reads. It may hold a password: whoever has read it wipes it. */
  final class Octets implements SaslResponse {
    private final byte[] octets;

    Octets(byte[] octets) {
      this.octets = octets;
    }

    byte[] octets() {
      return octets;
    }

    @Override
    public void wipe() {
      Arrays.fill(octets, (byte) 0);
    }
  }

  /** The client wants to end the exchange. */
  record Cancelled() implements SaslResponse {}

  /**
   * A line that is no response.
   *
   * @param reply what is wrong with it; never the client's own words
   * @param close whether the rest cannot be trusted to be lines
   */
  record Malformed(SmtpReply reply, boolean close) implements SaslResponse {}

  /** Reads a line of the exchange, without its CRLF. */
  static SaslResponse read(byte[] bytes, int from, int to) {
    return to - from == 1 && bytes[from] == '*' ? new Cancelled() : decode(bytes, from, to);
  }

  /** Reads what follows the mechanism in AUTH; {@code =} is a response of no octets. */
  static SaslResponse readInitial(byte[] bytes, int from, int to) {
    return to - from == 1 && bytes[from] == '=' ? new Octets(new byte[0]) : decode(bytes, from, to);
  }

  private static SaslResponse decode(byte[] bytes, int from, int to) {
    byte[] text = Arrays.copyOfRange(bytes, from, to);
    try {
      return new Octets(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return new Malformed(Replies.NOT_BASE64, false);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }
}
