package postbus.testkit;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * One mail that a {@link ScriptedSmtpServer} said 250 to.
 *
 * @param peer where the connection came from
 * @param helo the last EHLO's or HELO's argument
 * @param tls whether it came over TLS
 * @param mailLine the MAIL command as it was sent
 * @param rcptLines the RCPT commands that were answered 250, as they were sent
 * @param content after the dots were unstuffed, without the final dot
 * @param chunks in how many it came by BDAT; 0 by DATA
 * @param connection counts the server's connections from 1
 * @param at when the final dot had been read
 */
public record ReceivedMail(
    InetAddress peer,
    String helo,
    boolean tls,
    String mailLine,
    List<String> rcptLines,
    byte[] content,
    int chunks,
    int connection,
    Instant at) {

  /** The recipients' addresses. */
  public List<String> recipients() {
    return rcptLines.stream().map(PeerEnvelope::address).toList();
  }

  /** The content, an octet a character. */
  public String text() {
    return new String(content, StandardCharsets.ISO_8859_1);
  }
}
