package postbus.smtp;

import java.net.InetAddress;

/**
 * Who we are to the servers we talk to.
 *
 * @param source the address that connections leave from
 * @param helo what we call ourselves
 * @param startTls whether STARTTLS is used where a server offers it
 */
public record Caller(InetAddress source, String helo, boolean startTls) {}
