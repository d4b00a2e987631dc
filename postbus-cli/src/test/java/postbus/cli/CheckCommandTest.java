package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code ./postbus check} says, and its exit status. */
class CheckCommandTest {
  private final StringWriter out = new StringWriter();

  @TempDir private Path folder;

  @Test
  void aGoodSiteIsGood() {
    assertThat(check(Path.of("../site"))).isZero();
    assertThat(out).hasToString("site ../site is good" + System.lineSeparator());
  }

  @Test
  void eachMistakeIsALine() throws IOException {
    Files.writeString(
        folder.resolve("postbus.yaml"), "primary-hostname: mx.example.org\nxyzzy: 1\n");

    assertThat(check(folder)).isOne();
    assertThat(out.toString().lines())
        .contains("accounts: is missing, expected a file")
        .anyMatch(
            line -> line.startsWith("postbus.yaml:2: unknown key \"xyzzy\", expected one of"));
  }

  @Test
  void targetsThatWaitOrLeadNowhereAreSaidWithTheirLine() throws IOException {
    sample();
    Files.writeString(
        folder.resolve("aliases/wikimedia.org"),
        """
        # A comment.
        jane: mark, info
        help: help@example.org,
              "|/opt/handler -x"
        box: /var/mail/box
        gone: :fail: no more
        """);
    Files.createSymbolicLink(folder.resolve("aliases/example.org"), Path.of("wikimedia.org"));

    assertThat(check(folder)).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "warning: aliases/example.org:2: \"jane\" leads to mark, which the domain example.org"
                + " lacks (the file is a link to aliases/wikimedia.org),"
                + " expected a target with its domain",
            "warning: aliases/example.org:2: \"jane\" leads to info, which the domain example.org"
                + " lacks (the file is a link to aliases/wikimedia.org),"
                + " expected a target with its domain",
            "warning: aliases/wikimedia.org:2: \"jane\" leads to info, which the domain"
                + " wikimedia.org lacks, expected a target with its domain",
            "warning: aliases/wikimedia.org:3: \"help\" pipes to /opt/handler -x, which no entry of"
                + " pipes allows; it waits",
            "warning: aliases/wikimedia.org:5: \"box\" leads to the file /var/mail/box, which is"
                + " never written; it waits",
            "site " + folder + " is good, 5 warnings");
  }

  @Test
  void aRightHandSideThatMakesMailWaitIsAMistake() throws IOException {
    sample();
    Files.writeString(
        folder.resolve("aliases/wikimedia.org"),
        "ok: mark\nbad: two words@example.org\nfar: :include:/etc/passwd\n");
    Files.createSymbolicLink(folder.resolve("aliases/example.org"), Path.of("wikimedia.org"));

    assertThat(check(folder)).isOne();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.startsWith("aliases/wikimedia.org:2: \"bad\" makes its mail wait: "))
        .anyMatch(line -> line.startsWith("aliases/wikimedia.org:3: \"far\" makes its mail wait: "))
        .noneMatch(line -> line.startsWith("aliases/example.org:3"));
  }

  @Test
  void whatTheSettingsNameAndIsNotThereIsAWarning() throws IOException {
    sample();
    Path password = Files.writeString(folder.resolve("otrs-password"), "secret\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
    Files.writeString(
        folder.resolve("postbus.yaml"),
        """
        otrs:
          target: otrs@example.org
          servers: 127.0.0.1:3306
          password-file: otrs-password
        pipes:
          handler:
            command: /opt/no-such-handler
        routes:
          mchenry.wikimedia.org: 127.0.0.1:2999
        """,
        StandardOpenOption.APPEND);

    assertThat(check(folder)).isZero();
    assertThat(out.toString().lines())
        .contains(
            "warning: postbus.yaml: routes.mchenry.wikimedia.org is never used:"
                + " mchenry.wikimedia.org is in local-domains",
            "warning: otrs-password: can be read by every user of this host,"
                + " expected the password for us",
            "warning: postbus.yaml: pipes.handler.command: /opt/no-such-handler is missing,"
                + " expected a program; its mail waits");
    assertThat(out.toString()).doesNotContain("secret");
  }

  @Test
  void anAccountThatNobodyCanLogInToIsSaidWithItsLine() throws IOException {
    sample();
    Files.writeString(
        folder.resolve("accounts"),
        """
        # people
        jane@wikimedia.org:{SCRAM-SHA-256}4096,a,b,c
        jack:x
        """);

    assertThat(check(folder)).isZero();
    assertThat(out.toString().lines())
        .contains(
            "warning: accounts:2: jane@wikimedia.org cannot log in: {SCRAM-SHA-256} is none of the"
                + " schemes known here",
            "warning: accounts:3: \"jack\", expected user@domain:{SCHEME}hash");
  }

  /** The sample site, with one alias file. */
  private void sample() throws IOException {
    for (String file :
        List.of("postbus.yaml", "accounts", "legacy-mailing-lists", "local-domains")) {
      Files.copy(Path.of("../site").resolve(file), folder.resolve(file));
    }
    Files.createDirectory(folder.resolve("aliases"));
  }

  private int check(Path site) {
    return new CommandLine(new CheckCommand())
        .setOut(new PrintWriter(out, true))
        .execute("--site", site.toString());
  }
}
