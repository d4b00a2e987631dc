package postbus.mail;

import java.util.Optional;

/**
 * What is known of a mail's content without reading it.
 *
 * @param size octets as received
 * @param eightBit declared BODY=8BITMIME (RFC 6152)
 * @param smtpUtf8 declared SMTPUTF8 (RFC 6531)
 * @param stored where the content is, if the record's value does not hold it
 */
public record Body(long size, boolean eightBit, boolean smtpUtf8, Optional<ContentRef> stored) {

  /** A content of plain 7-bit text that the record's value holds. */
  public static Body of(long size) {
    return new Body(size, false, false, Optional.empty());
  }

  /** The same content, kept in the store. */
  public Body storedAt(ContentRef ref) {
    return new Body(size, eightBit, smtpUtf8, Optional.of(ref));
  }
}
