package postbus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import postbus.testkit.LoopbackDns;

/**
 * A site that a real Exim was asked about, copied to where a test may edit it, and its name server.
 *
 * @param cases what Exim did, a JSON object for each address
 */
record Oracle(Path site, LoopbackDns dns, List<String> cases) implements AutoCloseable {
  private static final Path RECORDED = Path.of("../router-service/src/test/resources");
  private static final String SETTINGS = "oracle/site/postbus.yaml";

  /**
   * @param name of the oracle; the settings are the same for all
   */
  static Oracle in(Path folder, String name) throws IOException {
    Path oracle = RECORDED.resolve(name);
    Path original = oracle.resolve("site");
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(original.relativize(file).toString());
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS);
        }
      }
    }
    Files.copy(
        RECORDED.resolve(SETTINGS),
        folder.resolve("postbus.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    String zone =
        Files.readAllLines(oracle.resolve("dnsmasq.conf")).stream()
            .flatMap(Oracle::record)
            .collect(Collectors.joining("\n", "", "\n"));
    return new Oracle(
        folder, LoopbackDns.serving(zone), Files.readAllLines(oracle.resolve("cases.jsonl")));
  }

  /** A record that dnsmasq served, as a master file has it. */
  private static Stream<String> record(String line) {
    String[] parts = line.split("[=,]");
    return switch (parts[0]) {
      case "mx-host" -> {
        String host = parts[2].endsWith(".") ? parts[2] : parts[2] + ".";
        yield Stream.of(parts[1] + ". MX " + parts[3] + " " + host);
      }
      case "host-record" ->
          Stream.of(parts[1] + (parts[2].contains(":") ? ". AAAA " : ". A ") + parts[2]);
      default -> Stream.empty();
    };
  }

  String server() {
    return "127.0.0.1:" + dns.address().getPort();
  }

  @Override
  public void close() {
    dns.close();
  }
}
