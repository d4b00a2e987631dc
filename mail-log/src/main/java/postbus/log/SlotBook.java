package postbus.log;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import postbus.log.LogTable.Entry;
import postbus.mail.DeliveryJson;
import postbus.mail.MalformedRecord;
import postbus.mail.SlotClaim;

/**
 * Which site has which lane: its own by configuration, or one of the slots that its pool lends.
 *
 * <p>Who holds a slot follows from {@code delivery.slots} alone: of the claims that stand, the
 * oldest. So all readers agree, also after compaction, and two who claim the same slot at once
 * cannot both have it.
 */
public final class SlotBook implements Lanes, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SlotBook.class);

  /** For a claim to be written and read back. */
  private static final Duration CLAIM_WAIT = Duration.ofSeconds(10);

  private final Set<String> ownLanes;
  private final int slots;
  private final LogTable<SlotClaim> claims;
  private final AtomicInteger users = new AtomicInteger();
  private volatile Map<String, SlotClaim> holders = Map.of();
  private volatile Map<String, String> lanes = Map.of();

  /**
   * @param ownLanes the sites that have a lane of their own by configuration
   * @param slots how many each pool has to lend
   */
  public SlotBook(LogSettings log, Set<String> ownLanes, int slots) {
    this.ownLanes = Set.copyOf(ownLanes);
    this.slots = slots;
    this.claims = new LogTable<>(Topics.SLOTS, log, new Claims());
    claims.onChange(this::settle);
  }

  /** Begins to read, as soon as the log can be reached; once, however many parts ask for it. */
  public void start() {
    if (users.getAndIncrement() == 0) {
      claims.start();
    }
  }

  /** Whether it knows what was lent before it started. */
  public boolean isReady() {
    return claims.isReady();
  }

  @Override
  public String of(String pool, String site) {
    if (ownLanes.contains(site)) {
      return Topics.ownLane(pool, site);
    }
    String lent = lanes.get(key(pool, site));
    return lent == null ? Topics.sharedLane(pool) : lent;
  }

  /**
   * The lane that a site has of its own; if it has none, it is lent a slot. Empty if none is free,
   * or if it is not known yet which are. Blocks until the log has said so, for at most {@link
   * #CLAIM_WAIT} a slot.
   *
   * @throws TimeoutException if the log did not answer: the site may have a slot a moment later
   */
  public synchronized Optional<String> claim(String pool, String site)
      throws TimeoutException, InterruptedException {
    String lane = of(pool, site);
    if (!lane.equals(Topics.sharedLane(pool))) {
      return Optional.of(lane);
    }
    if (!isReady()) {
      return Optional.empty();
    }
    boolean claimed = false;
    for (int slot = 1; slot <= slots; slot++) {
      String topic = Topics.slot(pool, slot);
      if (!holders.containsKey(topic)) {
        claimed = true;
        claims.putAndAwait(
            key(pool, site), new SlotClaim(pool, site, slot, Instant.now()), CLAIM_WAIT);
        if (of(pool, site).equals(topic)) {
          LOG.infof("%s is lent to %s", topic, site);
          return Optional.of(topic);
        }
      }
    }
    if (claimed) {
      claims.putAndAwait(key(pool, site), null, CLAIM_WAIT);
    }
    return Optional.empty();
  }

  /** The site is back in the shared lane as soon as this is read. */
  public void giveBack(String pool, String site) {
    LOG.infof("%s gives %s back", site, of(pool, site));
    claims.put(key(pool, site), null);
  }

  /** The site that has this slot; empty if it is free, or no slot. */
  public Optional<String> holder(String slotTopic) {
    return Optional.ofNullable(holders.get(slotTopic)).map(SlotClaim::site);
  }

  private void settle() {
    Map<String, Entry<SlotClaim>> oldest = new HashMap<>();
    claims
        .all()
        .values()
        .forEach(claim ->
            oldest.merge(
                Topics.slot(claim.value().pool(), claim.value().slot()),
                claim,
                (a, b) -> a.offset() < b.offset() ? a : b));
    Map<String, SlotClaim> held = new HashMap<>();
    Map<String, String> lent = new HashMap<>();
    oldest.forEach((topic, claim) -> {
      // A slot that the configuration no longer has cannot be held.
      if (claim.value().slot() <= slots) {
        held.put(topic, claim.value());
        lent.put(key(claim.value().pool(), claim.value().site()), topic);
      }
    });
    holders = held;
    lanes = lent;
  }

  private static String key(String pool, String site) {
    return pool + "/" + site;
  }

  /** The last of those who started it ends it. */
  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      claims.close();
    }
  }

  private static final class Claims implements LogTable.Codec<SlotClaim> {
    @Override
    public byte[] write(SlotClaim claim) {
      return DeliveryJson.write(claim);
    }

    @Override
    public SlotClaim read(byte[] octets) throws MalformedRecord {
      return DeliveryJson.readClaim(octets);
    }
  }
}
