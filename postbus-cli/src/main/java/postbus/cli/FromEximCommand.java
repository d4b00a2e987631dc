package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import postbus.cli.exim.EximSite;

/** Writes a site folder from an Exim configuration, and says what it could not translate. */
@Command(
    name = "from-exim",
    description = "Writes a site folder from an Exim configuration of the seed's kind.")
public final class FromEximCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "Exim's configuration: /etc/exim4/exim4.conf.")
  private Path exim = Path.of("/etc/exim4/exim4.conf");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "The site folder to be written; it must not be there, or be empty.")
  private Path site = Path.of("");

  @Option(
      names = "--address",
      paramLabel = "IP",
      description = "This relay's address, where Exim listens on all of them.")
  private @Nullable String address;

  @Spec private @Nullable CommandSpec spec;

  /** 0 if a site was written, also if something is left to do; 1 if not. */
  @Override
  public Integer call() throws IOException {
    List<String> left = EximSite.write(exim, site, Optional.ofNullable(address)).all();
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    left.forEach(out::println);
    out.println(
        "site %s is written; left to you: %d lines; next: ./postbus check --site %s"
            .formatted(site, left.size(), site));
    return 0;
  }
}
