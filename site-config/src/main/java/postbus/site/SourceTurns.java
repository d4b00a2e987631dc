package postbus.site;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * In which order connections leave from the addresses of a pool, so that one that is warmed up has
 * a small share of them.
 */
final class SourceTurns {
  /** Of so many connections, each percent is one. */
  static final int ROUND = 100;

  private SourceTurns() {}

  /**
   * @param sources each once
   * @param shares of some of them, in per cent of the connections of their family, IPv4 or IPv6, 1
   *     to 99; not of all, and each of the others has a turn left there
   * @return the sources, one after the other; with shares, 100 turns of each family, as only those
   *     of a server's own family take turns
   */
  static List<InetAddress> of(List<InetAddress> sources, Map<InetAddress, Integer> shares) {
    if (shares.isEmpty()) {
      return sources;
    }
    return families(sources).values().stream()
        .flatMap(family -> round(family, shares).stream())
        .toList();
  }

  /** By the octets of their addresses. */
  static Map<Integer, List<InetAddress>> families(Collection<InetAddress> sources) {
    return sources.stream()
        .collect(
            Collectors.groupingBy(
                source -> source.getAddress().length, LinkedHashMap::new, Collectors.toList()));
  }

  private static List<InetAddress> round(
      List<InetAddress> sources, Map<InetAddress, Integer> shares) {
    InetAddress[] round = new InetAddress[ROUND];
    for (InetAddress source : sources) {
      int share = shares.getOrDefault(source, 0);
      for (int i = 0; i < share; i++) {
        // Spread over the round, so that a new address never leads several times in a row.
        round[freeFrom(round, i * ROUND / share)] = source;
      }
    }
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
