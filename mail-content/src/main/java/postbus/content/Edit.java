package postbus.content;

import java.nio.charset.StandardCharsets;

/**
 * A change to a mail: what stands from one octet to before another is replaced.
 *
 * @param from counted from the mail's first octet, which is 0
 * @param to not before {@code from}; the same if something is put in
 */
record Edit(long from, long to, Change change) {

  /** What is to stand there. */
  sealed interface Change {}

  /** These octets. */
  record Put(byte[] octets) implements Change {}

  /** What stood there, in this encoding. */
  record Encode(Encoding encoding) implements Change {}

  /** Transfer encodings that bring a body into short lines of seven bits. */
  enum Encoding {
    /** For text. */
    QUOTED_PRINTABLE("quoted-printable"),
    /** For anything else. */
    BASE64("base64");

    /** As the Content-Transfer-Encoding field names it. */
    final String label;

    Encoding(String label) {
      this.label = label;
    }
  }

  static Edit put(long from, long to, String text) {
    return new Edit(from, to, new Put(text.getBytes(StandardCharsets.US_ASCII)));
  }

  static Edit insert(long at, String text) {
    return put(at, at, text);
  }
}
