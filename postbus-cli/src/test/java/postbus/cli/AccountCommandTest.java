package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import postbus.accounts.AccountAnswer;
import postbus.accounts.Accounts;
import postbus.accounts.PasswordHash.Match;
import postbus.mail.EmailAddress;
import postbus.site.SiteReader;
import postbus.testkit.MariaDbServer;

/** The accounts of the sample site, by command; the same in its file and in a table. */
@Timeout(180)
class AccountCommandTest {
  private static final String ANN = "ann@wikimedia.org";

  @TempDir private Path folder;
  private String out = "";
  private String err = "";

  @BeforeEach
  void sample() throws IOException {
    for (String file :
        List.of("postbus.yaml", "accounts", "legacy-mailing-lists", "local-domains")) {
      Files.copy(Path.of("../site").resolve(file), folder.resolve(file));
    }
    Files.createDirectory(folder.resolve("aliases"));
  }

  @Test
  void anAccountOfTheFileLivesAndEnds() throws Exception {
    List<String> before = Files.readAllLines(folder.resolve("accounts"));
    lifeOfAnAccount();
    assertThat(folder.resolve("accounts")).content().isEqualTo(String.join("\n", before) + "\n");
  }

  @Test
  void anAccountOfTheTableLivesAndEnds() throws Exception {
    assumeTrue(MariaDbServer.isAvailable(), "no MariaDB on this machine");
    try (MariaDbServer server = MariaDbServer.start()) {
      server.execute(
          "CREATE DATABASE postbus",
          "CREATE USER 'postbus'@'127.0.0.1' IDENTIFIED BY 'asks'",
          "GRANT SELECT ON postbus.* TO 'postbus'@'127.0.0.1'",
          "CREATE USER 'boss'@'127.0.0.1' IDENTIFIED BY 'changes'",
          "GRANT ALL ON postbus.* TO 'boss'@'127.0.0.1'");
      Files.writeString(folder.resolve("db-password"), "asks\n");
      Path boss = Files.writeString(folder.resolve("boss-password"), "changes\n");
      Files.writeString(
          folder.resolve("postbus.yaml"),
          "\naccounts:\n  servers: 127.0.0.1:%d\n  password-file: db-password\n  wait: 20s\n  keep: 0s\n"
              .formatted(server.port()),
          StandardOpenOption.APPEND);
      Files.delete(folder.resolve("accounts"));
      String[] as = {"--database-user", "boss", "--database-password-file", boss.toString()};

      assertThat(run("", "list")).isOne();
      assertThat(err).contains("./postbus account migrate makes the table");
      assertThat(run("", "migrate")).as("who may only ask").isOne();
      assertThat(run("", "migrate", as)).isZero();
      assertThat(out).contains("is now of version 1");
      assertThat(run("", "migrate", as)).isZero();
      assertThat(out).contains("is up to date");
      assertThat(run("secret\n", "add", ANN)).as("who may only ask").isOne();
      assertThat(err).contains("denied").doesNotContain("secret");
      lifeOfAnAccount(as);
      server.execute("INSERT INTO postbus.accounts (address) VALUES ('no address')");
      assertThat(run("", "list")).as("one row spoils it for no other").isZero();
      assertThat(out.lines()).hasSize(1);
    }
  }

  private void lifeOfAnAccount(String... as) throws Exception {
    assertThat(run("first\n", "add", with(as, ANN, "--quota", "1G"))).isZero();
    assertThat(out + err).doesNotContain("first");
    assertThat(run("first\n", "add", with(as, "Ann@Wikimedia.org"))).isOne();
    assertThat(err).contains("there is an account " + ANN + " already");
    assertThat(logIn("first")).isEqualTo(Match.YES);
    assertThat(run("second\n", "passwd", with(as, ANN))).isZero();
    assertThat(logIn("first")).isEqualTo(Match.NO);
    assertThat(logIn("second")).isEqualTo(Match.YES);

    assertThat(run("", "quota", with(as, ANN, "500M"))).isZero();
    assertThat(run("", "disable", with(as, ANN))).isZero();
    assertThat(run("", "list", as)).isZero();
    assertThat(out).containsPattern(ANN + " +disabled +500M").doesNotContain("$");
    assertThat(run("", "enable", with(as, ANN))).isZero();
    assertThat(run("", "quota", with(as, ANN, "unlimited"))).isZero();
    assertThat(run("", "list", with(as, "--json"))).isZero();
    assertThat(out)
        .contains(
            "{\"address\":\"ann@wikimedia.org\",\"mayLogIn\":true,\"scheme\":\"ARGON2ID\","
                + "\"understood\":true,\"quotaOctets\":0}")
        .doesNotContain("$");

    assertThat(run("", "remove", with(as, ANN))).isZero();
    for (String change : List.of("remove", "disable", "enable", "passwd")) {
      assertThat(run("x\n", change, with(as, ANN))).as(change).isOne();
      assertThat(err).contains("there is no account " + ANN);
    }
  }

  @Test
  void whatIsNoAddressPasswordOrSizeChangesNothing() throws IOException {
    String before = Files.readString(folder.resolve("accounts"));
    for (String address :
        List.of("ann", "a:b@x.org", "#a@x.org", "a b@x.org", "a@", "a@x:y", "../a@x", "a/b@x")) {
      assertThat(run("x\n", "add", address)).as(address).isEqualTo(2);
    }
    for (String password : List.of("", "\n", "a\tb\n", "x".repeat(2000) + "\n")) {
      assertThat(run(password, "add", ANN)).isOne();
      assertThat(err).contains("expected a password");
    }
    assertThat(run("x\n", "add", ANN, "--quota", "much")).isEqualTo(2);
    assertThat(run("", "quota", "mark@wikimedia.org", "-1")).isEqualTo(2);
    assertThat(run("", "migrate")).isOne();
    assertThat(err).contains("are in its file");
    assertThat(folder.resolve("accounts")).hasContent(before);
  }

  private Match logIn(String password) throws Exception {
    try (Accounts accounts = Accounts.of(SiteReader.read(folder))) {
      return accounts.find(EmailAddress.of(ANN)) instanceof AccountAnswer.Found(var account)
          ? account.password().orElseThrow().matches(password.getBytes(UTF_8))
          : Match.AWAY;
    }
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private int run(String input, String command, String... options) {
    StringWriter outs = new StringWriter();
    StringWriter errs = new StringWriter();
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
    try {
      CommandLine line = Postbus.commandLine();
      line.setOut(new PrintWriter(outs, true)).setErr(new PrintWriter(errs, true));
      return line.execute(with(options, "account", command, "--site", folder.toString()));
    } finally {
      System.setIn(before);
      out = outs.toString();
      err = errs.toString();
    }
  }
}
