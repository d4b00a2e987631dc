package postbus.imap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import postbus.content.Removals;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;

/**
 * What becomes of a mail's header when it leaves for good: it gets Return-Path (RFC 5321, section
 * 4.4), Delivered-To, and the fields that were added on its way; those that were removed stay
 * behind.
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

  /** The content behind these fields; whoever opens it closes it. */
  static InputStream content(Mail mail, ContentStore contents) throws IOException {
    return Removals.without(mail.envelope().edits().removed(), () -> contents.open(mail)).open();
  }
}
