package postbus.site;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How fast clients may send; section {@code rates}.
 *
 * @param recipientsPerMinuteMax recipients that one network of clients may name in a minute; empty:
 *     without limit
 * @param exceptions clients that are not counted; empty: none
 */
public record Rates(OptionalInt recipientsPerMinuteMax, Optional<HostList> exceptions) {

  /** What holds where the site says nothing. */
  public static final Rates DEFAULT = new Rates(OptionalInt.empty(), Optional.empty());

  static Rates read(Section in, Map<String, HostList> hostLists) {
    return new Rates(
        in.count("recipients-per-minute-max", "no limit", 1, 1_000_000),
        in.reference("exceptions", "host lists", "nobody", hostLists.keySet()).map(hostLists::get));
  }
}
