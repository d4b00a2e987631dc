package postbus.site;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * In which order connections leave from the addresses of a pool, so that one that is warmed up has
 * a small share of them.
 */
final class SourceTurns {
  /** Of so many connections, each percent is one. */
  private static final int ROUND = 100;

  private SourceTurns() {}

  /**
   * @param sources each once
   * @param shares of some of them, in per cent, 1 to 99; together less than 100, and not of all
   * @return the sources, one after the other; with shares, 100 turns
   */
  static List<InetAddress> of(List<InetAddress> sources, Map<InetAddress, Integer> shares) {
    if (shares.isEmpty()) {
      return sources;
    }
    InetAddress[] round = new InetAddress[ROUND];
    shares.forEach((source, share) -> {
      for (int i = 0; i < share; i++) {
        // Spread over the round, so that a new address never leads several times in a row.
        round[freeFrom(round, i * ROUND / share)] = source;
      }
    });
    List<InetAddress> others =
        sources.stream().filter(source -> !shares.containsKey(source)).toList();
    Iterator<InetAddress> next = inTurn(others);
    return Arrays.stream(round).map(turn -> turn == null ? next.next() : turn).toList();
  }

  private static int freeFrom(InetAddress[] round, int place) {
    int free = place;
    while (round[free % ROUND] != null) {
      free++;
    }
    return free % ROUND;
  }

  private static Iterator<InetAddress> inTurn(List<InetAddress> sources) {
    List<InetAddress> turns = new ArrayList<>(ROUND);
    for (int i = 0; i < ROUND; i++) {
      turns.add(sources.get(i % sources.size()));
    }
    return turns.iterator();
  }
}
