package postbus.mail;

import java.time.Instant;

/**
 * The wish of a site for a lane of its own for a while: a record of {@code delivery.slots}.
 *
 * @param pool whose slot it is
 * @param site who wants it
 * @param slot its number, from 1
 * @param at when it was wished for
 */
public record SlotClaim(String pool, String site, int slot, Instant at) {}
