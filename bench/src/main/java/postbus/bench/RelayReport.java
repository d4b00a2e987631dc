package postbus.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Keeps what was measured of relays, and tells it as a table or as JSON. */
final class RelayReport {
  private static final String COMPARED = "postfix";

  private final Machine machine;
  private final List<Relay> relays;
  private final Map<Load, Map<String, List<Turn>>> turns = new LinkedHashMap<>();
  private final Map<String, Integer> warmUps = new LinkedHashMap<>();
  private final List<String> checks = new ArrayList<>();

  RelayReport(Machine machine, List<Relay> relays) {
    this.machine = machine;
    this.relays = relays;
  }

  void warmUp(Relay relay, int mails) {
    warmUps.put(relay.name(), mails);
  }

  void eachOnce(Relay relay, Way way, int mails) {
    checks.add("%s, %s: each of %,d mails arrived, once".formatted(relay.name(), way, mails));
  }

  void turn(Load load, Relay relay, Turn turn) {
    turns
        .computeIfAbsent(load, _ -> new LinkedHashMap<>())
        .computeIfAbsent(relay.name(), _ -> new ArrayList<>())
        .add(turn);
  }

  String head() {
    StringBuilder text = new StringBuilder(machine.toString()).append('\n');
    for (Relay relay : relays) {
      text.append("%s %s".formatted(relay.name(), relay.version()))
          .append(", warm-up: %,d mails%n".formatted(warmUps.getOrDefault(relay.name(), 0)));
    }
    checks.forEach(check -> text.append(check).append('\n'));
    return text.toString();
  }

  /** The median of a relay's turns with a load. */
  private double median(Load load, String relay, ToDoubleFunction<Turn> figure) {
    return Statistics.median(
        turnsOf(load, relay).stream().map(turn -> figure.applyAsDouble(turn)).toList());
  }

  private List<Turn> turnsOf(Load load, String relay) {
    return turns.getOrDefault(load, Map.of()).getOrDefault(relay, List.of());
  }

  /** A load in short: a line for each relay. */
  List<String> rows(Load load) {
    return turns.getOrDefault(load, Map.of()).keySet().stream()
        .map(relay ->
            "%-8s %,8.0f/s accepted %,8.0f/s end to end %8s ms CPU a mail"
                .formatted(
                    relay,
                    median(load, relay, Turn::acceptRate),
                    median(load, relay, Turn::rate),
                    known("%.2f", median(load, relay, Turn::cpuMillis))))
        .toList();
  }

  String table() {
    Table table =
        new Table(
            "way in",
            "octets",
            "connection",
            "sessions",
            "relay",
            "mails a turn",
            "accepted/s",
            "end to end/s",
            "least–most",
            "× Postfix",
            "CPU ms/mail",
            "× Postfix",
            "memory MiB");
    turns.forEach((load, each) -> each.keySet().forEach(relay -> row(table, load, relay)));
    return "\n" + table;
  }

  private void row(Table table, Load load, String relay) {
    List<Turn> all = turnsOf(load, relay);
    table.row(
        load.way(),
        "%,d".formatted(load.octets()),
        load.connection(),
        load.sessions(),
        relay,
        "%,d".formatted(all.getFirst().mails()),
        known("%,.0f", median(load, relay, Turn::acceptRate)),
        known("%,.0f", median(load, relay, Turn::rate)),
        "%,.0f–%,.0f"
            .formatted(
                all.stream().mapToDouble(Turn::rate).min().orElse(0),
                all.stream().mapToDouble(Turn::rate).max().orElse(0)),
        known("%.2f", ratio(load, relay, Turn::rate)),
        known("%.2f", median(load, relay, Turn::cpuMillis)),
        known("%.2f", ratio(load, relay, Turn::cpuMillis)),
        known("%,.0f", median(load, relay, Turn::memoryMebibytes)));
  }

  private double ratio(Load load, String relay, ToDoubleFunction<Turn> figure) {
    return turnsOf(load, COMPARED).isEmpty()
        ? Double.NaN
        : median(load, relay, figure) / median(load, COMPARED, figure);
  }

  private static String known(String format, double figure) {
    return Double.isNaN(figure) ? "–" : format.formatted(figure);
  }

  String json() {
    return RelayJson.write(machine, head().lines().skip(1).toList(), turns);
  }
}
