package postbus.bench;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import postbus.mail.EmailAddress;
import postbus.mail.ReversePath;
import postbus.router.Answer;
import postbus.router.RouteFinder;
import postbus.site.InvalidSite;
import postbus.site.LiveFiles;
import postbus.site.SiteReader;

/**
 * The route of one recipient on the sample site, which asks neither DNS nor MySQL: an account, an
 * alias with three targets, one that leads through two files, an unknown address, a list's old
 * address, and outside mail to the smart host. The bound is 20 µs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RouteBenchmark {
  private static final ReversePath SENDER =
      new ReversePath.Address(EmailAddress.of("jane@example.org"));

  @Param({
    "jimbo@wikimedia.org",
    "noc@wikimedia.org",
    "postmaster@wikipedia.org",
    "nobody@wikimedia.org",
    "info-en-request@wikipedia.org",
    "jane@example.com"
  })
  public String recipient = "";

  private final RouteFinder finder = open();

  private static RouteFinder open() {
    try {
      Path folder = Path.of(System.getProperty("postbus.site", "site"));
      return RouteFinder.of(SiteReader.read(folder), new LiveFiles(folder));
    } catch (InvalidSite e) {
      throw new IllegalStateException(e);
    }
  }

  @Benchmark
  public Answer route() {
    return finder.find(recipient, SENDER, "mx");
  }
}
