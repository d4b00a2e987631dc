package postbus.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import postbus.mail.Body;
import postbus.mail.HeaderField;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/**
 * One mail to send (RFC 5321, section 3.3).
 *
 * @param recipients at least one
 * @param added header fields that go before the content, topmost first
 */
public record Transaction(
    ReversePath reversePath,
    List<Recipient> recipients,
    Body body,
    List<HeaderField> added,
    Content content) {

  public Transaction {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a mail has at least one recipient");
    }
    recipients = List.copyOf(recipients);
    added = List.copyOf(added);
  }

  /** Where the content is; opened when the server wants it. */
  public interface Content {
    /** The RFC 5322 octets; closed by the reader. */
    InputStream open() throws IOException;
  }
}
