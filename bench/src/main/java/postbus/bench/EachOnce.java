package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Sends numbered mails through a relay to a destination that notes the number of each: so that one
 * lost and one doubled cannot hide each other. Nothing is timed. It stands in for the sink, on its
 * port.
 */
final class EachOnce {
  private static final int MAILS = 1_000;
  private static final int NAMED_MAX = 5;
  private static final Duration SEND_WAIT = Duration.ofMinutes(3);
  private static final Duration ARRIVE_WAIT = Duration.ofMinutes(3);
  private static final Duration QUIET = Duration.ofSeconds(2);

  private final int sinkPort;

  EachOnce(int sinkPort) {
    this.sinkPort = sinkPort;
  }

  /** That many mails have each arrived, once. */
  int check(Relay relay, Load load) throws IOException {
    Path arrivals = Files.createTempFile("postbus-arrivals", ".txt");
    try (Child destination = Child.start(Destination.class, 1, sinkPort)) {
      Programs.run(SEND_WAIT, Turns.source(relay, load, MAILS, true));
      Waits.until(ARRIVE_WAIT, () -> count(destination) >= MAILS);
      Waits.pause(QUIET);
      destination.ask("write " + arrivals);
      String wrong = wrong(Files.readAllLines(arrivals), MAILS);
      if (!wrong.isEmpty()) {
        throw new Unmeasured("%s, %s: %s%n%s".formatted(relay.name(), load, wrong, relay.said()));
      }
      return MAILS;
    } finally {
      Files.delete(arrivals);
    }
  }

  private static int count(Child destination) {
    return Integer.parseInt(destination.ask("count"));
  }

  /**
   * What does not hold, or nothing.
   *
   * @param arrivals lines that begin with the number of a mail
   */
  static String wrong(List<String> arrivals, int mails) {
    Map<Integer, Integer> times = new TreeMap<>();
    for (String line : arrivals) {
      times.merge(Integer.valueOf(line.split(" ", 2)[0]), 1, Integer::sum);
    }
    StringBuilder text = new StringBuilder();
    List<Integer> lost =
        IntStream.rangeClosed(1, mails)
            .boxed()
            .filter(number -> !times.containsKey(number))
            .toList();
    List<Integer> doubled =
        times.keySet().stream().filter(number -> times.getOrDefault(number, 0) > 1).toList();
    List<Integer> strange =
        times.keySet().stream().filter(number -> number < 1 || number > mails).toList();
    say(text, "lost", lost);
    say(text, "doubled", doubled);
    say(text, "never sent", strange);
    return text.toString();
  }

  private static void say(StringBuilder text, String what, List<Integer> numbers) {
    if (!numbers.isEmpty()) {
      text.append(text.isEmpty() ? "" : "; ")
          .append("%,d %s, such as ".formatted(numbers.size(), what))
          .append(numbers.stream().limit(NAMED_MAX).toList());
    }
  }
}
