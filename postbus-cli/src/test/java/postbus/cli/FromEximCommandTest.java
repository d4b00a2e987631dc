package postbus.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay that moves from Exim: its configuration in, a site folder out. */
class FromEximCommandTest {
  private static final Path RECORDED = Path.of("../router-service/src/test/resources");
  private static final Path SEEDS = Path.of("src/test/resources/exim");

  @TempDir private Path folder;

  /** The configuration that the oracle's Exim ran with, beside the alias files that it read. */
  @Test
  void whatIsWrittenRoutesAsTheEximDidFromWhichItComes() throws IOException {
    Path site = translated("oracle");
    try (Oracle asked = Oracle.in(folder.resolve("asked"), "oracle")) {
      RouteCommandTest.saysWhatEximSays(new Oracle(site, asked.dns(), asked.cases()));
    }
  }

  @Test
  void soItDoesWhereAliasFilesAreFullOfOddities() throws IOException {
    Path site = translated("oracle-odd");
    try (Oracle asked = Oracle.in(folder.resolve("asked"), "oracle-odd")) {
      RouteCommandTest.saysWhatEximSays(new Oracle(site, asked.dns(), asked.cases()));
    }
  }

  @Test
  void theSeedsConfigurationBecomesASiteThatPassesItsCheck() throws IOException {
    Path exim = folder.resolve("exim4");
    copy(SEEDS, exim);
    Path aliases = exim.resolve("aliases/wikimedia.org");
    Files.writeString(aliases, Files.readString(aliases).replace("/etc/exim4", exim.toString()));
    Files.createSymbolicLink(exim.resolve("aliases/wiktionary.org"), Path.of("wikimedia.org"));
    Path site = folder.resolve("site");

    Ran ran = fromExim(exim.resolve("exim4.conf"), site, "--address", "66.230.200.10");

    assertThat(ran.err()).isEmpty();
    assertThat(Files.readString(site.resolve("postbus.yaml")))
        .isEqualTo(Files.readString(SEEDS.resolveSibling("exim-site.yaml")));
    assertThat(site.resolve("aliases/wiktionary.org")).isSymbolicLink();
    assertThat(site.resolve("otrs-password")).hasContent("a-word");
    assertThat(Files.getPosixFilePermissions(site.resolve("otrs-password"))).hasSize(2);
    assertThat(Files.readString(site.resolve("aliases/wikimedia.org")))
        .contains(":include:@SITE@/includes/team");
    assertThat(site.resolve("includes/team")).hasContent("mark, brion");
    assertThat(Ran.postbus("check", "--elsewhere", "--site", site.toString()).out().getLast())
        .contains("is good");
  }

  @Test
  void whatItDoesNotUnderstandIsNamedWithFileAndLine() throws IOException {
    Path exim = folder.resolve("exim4");
    copy(SEEDS, exim);
    Path local = Files.writeString(exim.resolve("local.conf"), "remote_max_parallel = 3\n");
    Path configuration = exim.resolve("exim4.conf");
    String text = Files.readString(configuration);
    Files.writeString(
        configuration,
        ".include "
            + local
            + "\n"
            + text.replace("hostlist app_servers = <;", "hostlist app_servers = <; *.example.org ;")
                .replace("begin routers", "  drop senders = EVIL\n\nbegin routers")
                .replace("begin acl\n", "begin acl\nEVIL = evil@example.org\n")
                .replace("  allow_defer\n", "  allow_defer\n  unseen\n")
                .replace(
                    "${lookup mysql{SELECT value0 FROM system", "${lookup mysql{SELECT x FROM y")
            + "\nbegin rewrite\n*@old.example  $1@new.example\n");

    List<String> told = fromExim(configuration, folder.resolve("site"), "--address", "::1").out();

    assertThat(told)
        .contains("local.conf:1: not translated: remote_max_parallel = 3")
        .anyMatch(line -> line.matches("exim4.conf:\\d+: not translated: the host \\*.example.org"))
        .anyMatch(line -> line.endsWith("acl_check_data: drop | senders = evil@example.org"))
        .contains("exim4.conf:17: not translated: mysql_servers = (hidden)")
        .anyMatch(line -> line.endsWith("not translated: router aliases: unseen = yes"))
        .anyMatch(line -> line.contains("section rewrite: *@old.example"));
  }

  @Test
  void anAddressHasOneListenerHoweverOftenEximNamesIt() throws IOException {
    Path exim = folder.resolve("exim4");
    copy(SEEDS, exim);
    Path configuration = exim.resolve("exim4.conf");
    Files.writeString(
        configuration,
        "local_interfaces = 127.0.0.1 : 66.230.200.10 : 66.230.200.216 : 0.0.0.0\n"
            + Files.readString(configuration));
    Path site = folder.resolve("site");

    assertThat(fromExim(configuration, site).out())
        .anyMatch(line -> line.startsWith("exim4.conf:1: all addresses: each"));
    assertThat(Files.readString(site.resolve("postbus.yaml")))
        .contains("mx-2: {address: '127.0.0.1:25'")
        .doesNotContain("mx-3");
  }

  /** Exim knows octets only; so a line in Latin-1 is named by the check, as any other mistake. */
  @Test
  void whatIsNoUtf8StopsNothingAndIsNamedWithFileAndLine() throws IOException {
    Path exim = folder.resolve("exim4");
    copy(SEEDS, exim);
    Path configuration = exim.resolve("exim4.conf");
    String text =
        "# f\u00fcr alle\nsmtp_banner = gr\u00fc\u00df\n" + Files.readString(configuration);
    Files.writeString(configuration, text, ISO_8859_1);
    byte[] aliases = "mark: mark@example.net\ncaf\u00e9: mark\n".getBytes(ISO_8859_1);
    Files.write(exim.resolve("aliases/wikipedia.org"), aliases);
    Path site = folder.resolve("site");

    assertThat(fromExim(configuration, site, "--address", "::1").out())
        .anyMatch(line -> line.startsWith("exim4.conf:2: holds octets that are no UTF-8"))
        .noneMatch(line -> line.startsWith("exim4.conf:1:"));
    assertThat(site.resolve("aliases/wikipedia.org")).hasBinaryContent(aliases);
    assertThat(Ran.postbus("check", "--elsewhere", "--site", site.toString()).out())
        .anyMatch(line -> line.contains("aliases/wikipedia.org:2: octet 0xe9 is no UTF-8"));
  }

  @Test
  void itNeitherGuessesNorWritesOverASite() throws IOException {
    Path configuration = SEEDS.resolve("exim4.conf");
    Path site = folder.resolve("site");
    Path nothing = folder.resolve("exim4.conf");
    assertThat(fromExim(nothing, site).err().getFirst()).contains(nothing + " cannot be read");
    assertThat(fromExim(configuration, site).err().getFirst()).contains("--address says which");
    assertThat(site).doesNotExist();
    Files.createDirectories(site.resolve("aliases"));
    assertThat(fromExim(configuration, site, "--address", "::1").err().getFirst())
        .contains("is not empty");
  }

  private Path translated(String oracle) throws IOException {
    Path exim = folder.resolve("exim4");
    copy(RECORDED.resolve(oracle).resolve("site"), exim);
    Path configuration = exim.resolve("exim.conf");
    String text = Files.readString(RECORDED.resolve("oracle/exim.conf.in"));
    Files.writeString(configuration, text);
    for (Path file : allFiles(exim)) {
      String inside = new String(Files.readAllBytes(file), ISO_8859_1);
      Files.write(file, inside.replace("@SITE@", exim.toString()).getBytes(ISO_8859_1));
    }
    Path site = folder.resolve("site");
    Ran ran = fromExim(configuration, site, "--address", "66.230.200.10");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .anyMatch(line -> line.startsWith("exim.conf:90: mail goes back after 2h"));
    // What check says is wrong in the oracle's alias files is so by design.
    assertThat(Ran.postbus("check", "--elsewhere", "--site", site.toString()).out())
        .filteredOn(line -> !line.startsWith("warning: "))
        .allMatch(line -> line.startsWith("aliases/") || line.contains("is good"));
    return site;
  }

  private static Ran fromExim(Path configuration, Path site, String... options) {
    Stream<String> first =
        Stream.of("from-exim", configuration.toString(), "--to", site.toString());
    return Ran.postbus(Stream.concat(first, Stream.of(options)).toArray(String[]::new));
  }

  private static List<Path> allFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Path copy = to.resolve(from.relativize(path).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(path, copy, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }
}
