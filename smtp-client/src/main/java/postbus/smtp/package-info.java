/**
 * The sending half of SMTP (RFC 5321), for virtual threads: plain sockets, blocking, every wait
 * with its limit. {@link postbus.smtp.SmtpConnector} opens a connection, {@link
 * postbus.smtp.SmtpConnection} sends mails over it, {@link postbus.smtp.Trouble} is the policy
 * about what goes wrong.
 *
 * <p>Extensions used where offered: PIPELINING (RFC 2920), CHUNKING (3030), SIZE (1870), 8BITMIME
 * (6152), SMTPUTF8 (6531), DSN (3461), STARTTLS (3207), REQUIRETLS (8689), LIMITS (9422),
 * ENHANCEDSTATUSCODES (2034).
 */
@NullMarked
package postbus.smtp;

import org.jspecify.annotations.NullMarked;
