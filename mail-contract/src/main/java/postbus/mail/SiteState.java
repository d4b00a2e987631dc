package postbus.mail;

import java.time.Instant;
import java.util.Optional;

/**
 * What the owner of a partition knows of a site whose mails it holds: a record of {@code
 * delivery.sites}. A new owner goes on from here, and {@code ./postbus queue} shows it.
 *
 * @param lane the topic of the partition
 * @param at when this was so
 * @param closedUntil before which nothing is sent to it; empty if it is open
 * @param bookedUntil until when mails that stepped aside have taken the site's rate; empty if none
 * @param nextSend before which its rate lets no mail go; empty if one may go now
 * @param failures connections that failed in a row
 * @param connections that it bears, of this partition's share
 * @param inHand mails in hand, waiting or under way
 * @param aside mails that stepped aside and are not yet due again
 * @param lastReply the last reply that was not a plain success; empty if there was none
 */
public record SiteState(
    String pool,
    String site,
    String lane,
    int partition,
    Instant at,
    Optional<Instant> closedUntil,
    Optional<Instant> bookedUntil,
    Optional<Instant> nextSend,
    boolean held,
    int failures,
    double connections,
    int inHand,
    long aside,
    String lastReply) {}
