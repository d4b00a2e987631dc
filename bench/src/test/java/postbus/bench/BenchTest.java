package postbus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchTest {
  @Test
  void eachMeasurementHasAName() {
    assertThat(Bench.commandLine().getSubcommands().keySet())
        .contains("relay", "latency", "backlog", "stage", "start", "healthy", "recorded", "jmh");
  }

  @Test
  void optionsOfARelayAreUnderstood() {
    var parsed =
        Bench.commandLine()
            .parseArgs(
                "relay", "--bytes", "5000", "--sessions", "20,50", "--kept", "--way", "outside");
    assertThat(parsed.subcommand().matchedOptionValue("--kept", false)).isTrue();
  }
}
