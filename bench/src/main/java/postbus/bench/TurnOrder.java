package postbus.bench;

import java.util.List;
import java.util.stream.IntStream;

/** A B C, A B C, …: no two turns of a relay follow one another, unless it is alone. */
final class TurnOrder {
  private TurnOrder() {}

  /**
   * @param relay from 0
   * @param turn from 1
   */
  record Next(int relay, int turn) {}

  static List<Next> of(int relays, int turns) {
    return IntStream.range(0, relays * turns)
        .mapToObj(i -> new Next(i % relays, 1 + i / relays))
        .toList();
  }
}
