package postbus.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A good, small site in a folder, for a test to spoil. */
record SiteFolder(Path folder) {
  private static final String YAML =
      """
      primary-hostname: mx.example.org
      host-lists:
        apps: [127.0.1.0/24]
        relay: ["@[]", +apps]
      domain-lists:
        system-domains: ["@"]
        relay-domains: []
        legacy-mailman-domains: [example.org]
        local-domains: [+system-domains, +legacy-mailman-domains, "file:local-domains"]
      listeners:
        mx:
          address: 127.0.0.1:2525
          trust: relay
        wiki:
          address: 127.0.0.2:2525
          only-from: apps
      pools:
        normal:
          source: 127.0.0.1
        bulk:
          source: 127.0.0.2
          helo: bulk.example.org
          tls: never
      wiki-mail:
        senders: [Wiki@example.org]
        listener: wiki
        pool: bulk
      """;

  static SiteFolder in(Path folder) {
    SiteFolder site = new SiteFolder(folder);
    site.write("postbus.yaml", YAML);
    site.write("aliases/example.org", "postmaster: jane\n");
    site.write("local-domains", "example.net\n");
    site.write("legacy-mailing-lists", "info-en\n");
    site.write("accounts", "jane@example.org:{SSHA512}x::::::\n");
    return site;
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  SiteFolder write(String name, String text) {
    try {
      Files.createDirectories(path(name).getParent());
      Files.writeString(path(name), text);
      return this;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  SiteFolder delete(String name) {
    try {
      Files.delete(path(name));
      return this;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Puts something else in the place of a part of postbus.yaml. */
  SiteFolder change(String part, String instead) {
    try {
      String text = Files.readString(path("postbus.yaml"));
      if (!text.contains(part)) {
        throw new AssertionError("no such part: " + part);
      }
      return write("postbus.yaml", text.replace(part, instead));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  SiteFolder add(String lines) {
    return change(YAML.lines().reduce((a, b) -> b).orElseThrow() + "\n", "  pool: bulk\n" + lines);
  }

  /** What is odd in its files, a line each; it must be good otherwise. */
  List<String> warnings() {
    try {
      return SiteReader.warnings(SiteReader.readHere(folder)).stream()
          .map(SiteProblem::toString)
          .toList();
    } catch (InvalidSite e) {
      throw new AssertionError(e);
    }
  }

  /** What is wrong with it, a line each. */
  List<String> problems() {
    try {
      SiteReader.readHere(folder);
      return List.of();
    } catch (InvalidSite e) {
      return e.problems().stream().map(SiteProblem::toString).toList();
    }
  }
}
