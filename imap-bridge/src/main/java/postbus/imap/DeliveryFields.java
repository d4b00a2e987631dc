package postbus.imap;

import java.nio.charset.StandardCharsets;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;

/**
 * The header fields that a mail gets when it leaves for good: Return-Path (RFC 5321, section 4.4),
 * Delivered-To, and those that were added on its way.
 */
final class DeliveryFields {
  private DeliveryFields() {}

  /**
   * The fields with their CRLFs.
   *
   * @throws IllegalArgumentException if an address has a line end, and so would forge a field
   */
  static byte[] of(Envelope envelope, EmailAddress recipient) {
    StringBuilder fields = new StringBuilder(512);
    fields.append(new HeaderField("Return-Path", "<" + envelope.reversePath().text() + ">"));
    fields.append(new HeaderField("Delivered-To", recipient.toString()));
    envelope.added().forEach(fields::append);
    return fields.toString().getBytes(StandardCharsets.UTF_8);
  }
}
