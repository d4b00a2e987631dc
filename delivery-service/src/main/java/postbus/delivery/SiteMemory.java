package postbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import postbus.log.SiteStates;
import postbus.mail.SiteState;

/**
 * What is known of sites beyond the life of their queues, and of their partitions' owners; and when
 * that is over, so that a site that was in trouble once is not remembered for ever.
 */
final class SiteMemory {
  /** After a site was last heard of, or its last term ended: it may be another one by now. */
  static final Duration KEPT = SiteGauge.CLOSED_MOST.multipliedBy(2);

  /** Between two looks for what is to be forgotten; the first is at the start. */
  static final Duration LOOK_EVERY = Duration.ofMinutes(10);

  private final String pool;
  private final SiteStates states;
  private final BiPredicate<String, Integer> owns;
  private long nextLook;

  /**
   * @param owns whether a partition of a topic is ours
   */
  SiteMemory(String pool, SiteStates states, BiPredicate<String, Integer> owns) {
    this.pool = pool;
    this.states = states;
    this.owns = owns;
  }

  /** What a former owner knew, unless it is too old. */
  Optional<SiteState> find(Place place, long now) {
    return states
        .find(place.lane(), place.partition(), place.site())
        .filter(known -> !isOld(known, now));
  }

  /** For a later owner. */
  void publish(SiteState state) {
    states.publish(state);
  }

  /** A later owner would do as well without knowing of it. */
  void forget(Place place) {
    states.forget(place.lane(), place.partition(), place.site());
  }

  /**
   * Forgets old states of our partitions, once in {@link #LOOK_EVERY}.
   *
   * @param now milliseconds since 1970
   * @param isInUse whether there is a queue, which knows better
   */
  void tend(long now, Predicate<Place> isInUse) {
    if (now < nextLook) {
      return;
    }
    nextLook = now + LOOK_EVERY.toMillis();
    for (SiteState state : states.all()) {
      Place place = new Place(state.lane(), state.partition(), state.site());
      boolean isOurs = state.pool().equals(pool) && owns.test(place.lane(), place.partition());
      if (isOurs && isOld(state, now) && !isInUse.test(place)) {
        forget(place);
      }
    }
  }

  static boolean isOld(SiteState state, long now) {
    Stream<Instant> terms =
        Stream.of(state.closedUntil(), state.bookedUntil(), state.nextSend())
            .flatMap(Optional::stream);
    Instant last =
        Stream.concat(Stream.of(state.at()), terms).max(Instant::compareTo).orElseThrow();
    return last.plus(KEPT).toEpochMilli() < now;
  }
}
