package postbus.smtp;

import java.time.Duration;

/**
 * How long a peer may take for each step (RFC 5321, section 4.5.3.2). A wait covers the whole
 * reply, however many lines and octets it comes in.
 *
 * @param connect for the TCP connection
 * @param greeting for the greeting, for EHLO's and STARTTLS's reply, and for the TLS handshake
 * @param command for the replies to MAIL, RCPT, RSET and QUIT
 * @param data for the 354
 * @param block for the peer to take a block of content
 * @param finalDot for the reply to the final dot
 */
public record SmtpWaits(
    Duration connect,
    Duration greeting,
    Duration command,
    Duration data,
    Duration block,
    Duration finalDot) {}
