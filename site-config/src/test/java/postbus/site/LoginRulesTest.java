package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.LoginRules.Through;
import postbus.testkit.TestCertificate;

/** What a site says about people who log in. */
class LoginRulesTest {
  @TempDir private Path folder;
  private SiteFolder site = new SiteFolder(Path.of(""));

  @BeforeEach
  void aGoodSite() {
    site = SiteFolder.in(folder);
  }

  @Test
  void theSitesAccountsAreAskedUnlessItSaysOtherwise() throws InvalidSite {
    assertThat(SiteReader.readHere(folder).login()).isEqualTo(LoginRules.DEFAULT);
  }

  @Test
  void dovecotIsAskedAtItsSocket() throws InvalidSite {
    site.add("login: {through: dovecot, domain: example.org, wait: 5s, lockout: 1h}\n");
    LoginRules rules = SiteReader.readHere(folder).login();
    assertThat(rules.through()).isEqualTo(new Through.Dovecot(Path.of("/run/dovecot/auth-client")));
    assertThat(rules.domain()).contains("example.org");
    assertThat(rules.answerWait()).isEqualTo(Duration.ofSeconds(5));
    assertThat(rules.patience().lockout()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void whatIsWrongIsNamedWithItsLine() {
    site.add(
        """
        login:
          through: ldap
          dovecot-socket: run/auth
          failures-max: 0
        """);
    assertThat(site.problems())
        .containsExactlyInAnyOrder(
            "postbus.yaml:29: login.through is \"ldap\", expected accounts or dovecot",
            "postbus.yaml:30: login.dovecot-socket is \"run/auth\","
                + " expected the absolute path of a UNIX socket",
            "postbus.yaml:31: login.failures-max is \"0\", expected a number from 1 to 1000");
  }

  /** Whoever takes the comment marks off has listeners that are safe. */
  @Test
  void theSampleSitesListenersForPeopleAreGoodWithACertificate() throws Exception {
    String sample = Files.readString(Path.of("../site/postbus.yaml"));
    String uncommented =
        Pattern.compile("^  # (  |submissions?:)", Pattern.MULTILINE)
            .matcher(sample)
            .replaceAll("  $1");
    site.write("postbus.yaml", uncommented);
    assertThat(site.problems()).contains("tls/certificate.pem: is missing, expected a file");
    TestCertificate.of("mchenry.wikimedia.org").writeInto(folder);
    assertThat(site.problems()).isEmpty();
    assertThat(SiteReader.readHere(folder).listeners().values())
        .filteredOn(listener -> listener.auth() == Site.Auth.REQUIRED)
        .extracting(Site.Listener::name)
        .containsExactly("submission", "submissions");
  }
}
