package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import postbus.testkit.FreePort;

/** The sample site on ports of its own, with retries in seconds, so that tests run side by side. */
record TestSite(Path folder, String host, int mxPort, int wikiPort) {
  static final String THIS_HOST = "127.0.0.1";
  static final String APP_SERVER = "127.0.1.5";
  static final String OUTSIDER = "127.0.9.1";
  static final String WIKI_ADDRESS = "127.0.0.2";

  /** The checkout that the tests run in. */
  static Path checkout() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("site")) ? here : here.getParent();
  }

  static TestSite in(Path parent, int smartHostPort) {
    return at(THIS_HOST, parent, smartHostPort);
  }

  /** The same with its listener {@code mx} at another address of this machine. */
  static TestSite at(String host, Path parent, int smartHostPort) {
    try {
      Path folder = parent.resolve("site");
      copy(checkout().resolve("site"), folder);
      int mx = FreePort.of(host);
      int wiki = FreePort.of(WIKI_ADDRESS);
      Path yaml = folder.resolve("postbus.yaml");
      String text =
          Files.readString(yaml)
              .replace("127.0.0.1:2525", host + ":" + mx)
              .replace("127.0.0.2:2525", "127.0.0.2:" + wiki)
              .replace("127.0.0.1:2526", "127.0.0.1:" + smartHostPort)
              .replace("  verdict-wait:", "  recipient-wait: 10s\n  verdict-wait:")
              .replace("delays: [1m, 5m, 15m, 30m, 1h, 2h, 4h]", "delays: [1s, 2s]");
      Files.writeString(yaml, text);
      return new TestSite(folder, host, mx, wiki);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts other lines in the place of some of the settings. */
  TestSite with(String lines, String others) throws IOException {
    Path yaml = folder.resolve("postbus.yaml");
    String text = Files.readString(yaml, UTF_8);
    assertThat(text).contains(lines);
    Files.writeString(yaml, text.replace(lines, others));
    return this;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(path, to.resolve(from.relativize(path)), LinkOption.NOFOLLOW_LINKS);
      }
    }
  }
}
