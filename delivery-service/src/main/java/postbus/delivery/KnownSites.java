package postbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import postbus.log.SiteStates;
import postbus.mail.SiteState;

/** What owners of partitions tell later ones of the sites whose mails these hold. */
final class KnownSites {
  private static final Duration FORGET_EVERY = Duration.ofHours(1);

  private final String pool;
  private final SiteStates states;
  private final Predicate<Place> owns;
  private long forgotAt;

  /**
   * @param owns whether a place's partition is ours
   */
  KnownSites(String pool, SiteStates states, Predicate<Place> owns) {
    this.pool = pool;
    this.states = states;
    this.owns = owns;
  }

  /** What the last owner knew. */
  Optional<SiteState> of(Place place) {
    return states.find(place.lane(), place.partition(), place.site());
  }

  void publish(SiteState state) {
    states.publish(state);
  }

  /** A later owner would do as well without knowing of it. */
  void forget(Place place) {
    if (owns.test(place)) {
      states.forget(place.lane(), place.partition(), place.site());
    }
  }

  /**
   * Forgets, once in a while, what former owners knew of sites that have had no mails since.
   *
   * @param now milliseconds since 1970
   * @param isServed whether there are mails for a place
   */
  void tend(long now, Predicate<Place> isServed) {
    if (now - forgotAt < FORGET_EVERY.toMillis()) {
      return;
    }
    forgotAt = now;
    Instant recent = Instant.ofEpochMilli(now).minus(SiteGauge.KNOWN_FOR);
    for (SiteState state : states.all()) {
      Place place = new Place(state.lane(), state.partition(), state.site());
      if (state.pool().equals(pool) && isOver(state, recent) && !isServed.test(place)) {
        forget(place);
      }
    }
  }

  private static boolean isOver(SiteState state, Instant recent) {
    return Stream.of(Optional.of(state.at()), state.closedUntil(), state.bookedUntil())
        .flatMap(Optional::stream)
        .allMatch(recent::isAfter);
  }
}
