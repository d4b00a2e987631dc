package postbus.smtp;

import java.io.IOException;
import java.io.InputStream;
import postbus.mail.Recipient;
import postbus.smtp.Content.Form;
import postbus.smtp.Content.Ready;
import postbus.smtp.Content.Unfit;

/**
 * Whether a mail needs SMTPUTF8: an address, or a header field of a mail that declared it, is not
 * ASCII (RFC 6531, section 3.6). Many clients declare it for every mail, so the header decides.
 */
final class Utf8Need {
  /** Octets that are searched for the end of the header. */
  private static final int HEADER_MAX = 64 << 10;

  private final Transaction mail;

  Utf8Need(Transaction mail) {
    this.mail = mail;
  }

  /** Whether to say SMTPUTF8 where it is offered. */
  boolean isDeclared() {
    return mail.body().smtpUtf8() || isInAddresses();
  }

  /** Whether nobody can have it without; reads the header only if the mail declared it. */
  boolean holds() throws IOException {
    return !isAscii(mail.reversePath().text()) || mail.body().smtpUtf8() && isInHeader();
  }

  /** Whether this recipient, at least, cannot have it without. */
  static boolean isOf(Recipient recipient) {
    return !isAscii(recipient.address().toString());
  }

  private boolean isInAddresses() {
    return !isAscii(mail.reversePath().text())
        || mail.recipients().stream().anyMatch(Utf8Need::isOf);
  }

  private boolean isInHeader() throws IOException {
    Form form = mail.content().as(true);
    return switch (form) {
      case Unfit _ -> false;
      case Ready ready -> ready.eightBit() && isInHeader(ready);
    };
  }

  private static boolean isInHeader(Ready ready) throws IOException {
    try (InputStream content = ready.source().open()) {
      byte[] head = content.readNBytes(HEADER_MAX);
      for (int i = 0; i < head.length; i++) {
        boolean isEnd = i > 2 && head[i] == '\n' && head[i - 1] == '\r' && head[i - 2] == '\n';
        if (head[i] < 0 || isEnd) {
          return head[i] < 0;
        }
      }
      return false;
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127) {
        return false;
      }
    }
    return true;
  }
}
