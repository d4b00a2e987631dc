package postbus.log;

import postbus.mail.Envelope;

/**
 * A mail as its record holds it.
 *
 * @param content the RFC 5322 octets as the client sent them; empty if {@code
 *     envelope.body().stored()} says where they are. Not copied: nobody may write into it
 */
public record Mail(Envelope envelope, byte[] content) {}
