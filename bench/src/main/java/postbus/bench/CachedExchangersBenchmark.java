package postbus.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import postbus.dns.DnsExchangers;
import postbus.dns.DnsSettings;
import postbus.dns.MailExchangers;
import postbus.dns.ThisHost;
import postbus.testkit.LoopbackDns;

/** A domain's two exchangers with their addresses, all of it in the cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CachedExchangersBenchmark {
  private @Nullable LoopbackDns dns;
  private MailExchangers exchangers = MailExchangers.Never::new;

  /** Before the first measurement. */
  @Setup
  public void start() throws IOException {
    LoopbackDns server =
        LoopbackDns.serving(
            """
            example.org.      MX 10 mx1.example.org.
            example.org.      MX 20 mx2.example.org.
            mx1.example.org.  A 192.0.2.1
            mx2.example.org.  A 192.0.2.2
            """);
    dns = server;
    exchangers =
        new DnsExchangers(
            new DnsSettings(
                List.of(server.address()),
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                _ -> false,
                new ThisHost(Set.of("mx.example.com"), Set.of())));
  }

  /** After the last one. */
  @TearDown(Level.Trial)
  public void stop() {
    if (dns != null) {
      dns.close();
    }
  }

  @Benchmark
  public MailExchangers.Answer cached() {
    return exchangers.of("example.org");
  }
}
