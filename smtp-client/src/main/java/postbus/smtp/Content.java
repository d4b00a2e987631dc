package postbus.smtp;

import java.io.IOException;
import java.io.InputStream;

/** What a mail says, in the octets that a server can take. */
public interface Content {

  /**
   * Asked once the server is known, before the first command.
   *
   * @param eightBit whether the server takes eight bits (8BITMIME, RFC 6152)
   * @throws IOException if it cannot be read now: the mail is deferred, by {@link
   *     postbus.mail.Scope#STORE}
   */
  Form as(boolean eightBit) throws IOException;

  /** What it comes to for one server. */
  sealed interface Form {}

  /**
   * The octets as they leave: header and body, every line ended by CRLF, with no other CR or LF, no
   * dots stuffed.
   *
   * @param size how many they are, exactly
   * @param eightBit whether there are any above 127
   */
  record Ready(long size, Source source, boolean eightBit) implements Form {}

  /** It cannot be brought into a form that the server takes: the mail is bounced (5.6.3). */
  record Unfit(String why) implements Form {}

  /** Where octets are; opened when the server wants them. */
  interface Source {
    /** From the first octet; closed by the reader. */
    InputStream open() throws IOException;
  }
}
