package postbus.mail;

import java.time.Instant;

/**
 * An attempt that has been made at a mail, as its envelope remembers it.
 *
 * @param at when it ended
 * @param reply what it ended with, in reply form
 * @param remote who said so; empty if ourselves
 */
public record Attempt(Instant at, String reply, String remote) {}
