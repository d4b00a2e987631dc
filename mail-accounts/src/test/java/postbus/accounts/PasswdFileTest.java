package postbus.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.accounts.AccountAnswer.Found;
import postbus.site.Checked;
import postbus.site.SiteProblem;

/** The passwd-file, as Exim and Dovecot read it. */
class PasswdFileTest {
  private static final String HASH = "{SSHA}IBdRnK1y1JYxSwFbKPjhG2Uivq/NE4zW";

  @Test
  void allFieldsMayBeThereOrMissing() {
    Map<String, Found> accounts =
        accounts(
            """
            # people

            jimbo@example.org:%1$s:1000:1000:Jimmy Wales:/home/jimbo:/bin/sh:userdb_quota_rule=*:storage=1G nologin
            brion@example.org:%1$s::::::\r
            mark@example.org
            jens@example.org:
            """
                .formatted(HASH));
    assertThat(accounts.keySet())
        .containsExactlyInAnyOrder(
            "jimbo@example.org", "brion@example.org", "mark@example.org", "jens@example.org");
    Account jimbo = accounts.get("jimbo@example.org").account();
    assertThat(jimbo.quotaOctets()).hasValue(1L << 30);
    assertThat(jimbo.mayLogIn()).isFalse();
    assertThat(jimbo.password()).isPresent();
    Account brion = accounts.get("brion@example.org").account();
    assertThat(brion.quotaOctets()).isEmpty();
    assertThat(brion.mayLogIn()).isTrue();
    assertThat(accounts.get("mark@example.org").account().password()).isEmpty();
    assertThat(accounts.get("jens@example.org").account().password()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nologin", "nologin=moved away", "userdb_mail=x  nologin", " nologin "})
  void whoMayNotLogInStillHasAMailbox(String extra) {
    Account account = account("jane@example.org:" + HASH + "::::::" + extra);
    assertThat(account.mayLogIn()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"userdb_nologin", "nologin2", "allow_nets=127.0.0.1"})
  void otherFieldsSayOtherThings(String extra) {
    assertThat(account("jane@example.org:" + HASH + "::::::" + extra).mayLogIn()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "*:storage=500M, 524288000",
    "*:storage=500MB, 524288000",
    "*:storage=1g, 1073741824",
    "*:storage=2T, 2199023255552",
    "*:storage=10, 10240",
    "*:storage=10k, 10240",
    "*:storage=10b, 10",
    "*:bytes=10, 10",
    "*:bytes=10K, 10240",
    "?:storage=1M:messages=1000, 1048576",
    "*:messages=1000, 0",
    "*:storage=0, 0",
    "*:ignore, 0"
  })
  void aQuotaIsReadAsDovecotReadsIt(String rule, long octets) {
    assertThat(QuotaRule.octets(rule)).isEqualTo(OptionalLong.of(octets));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*:",
        "*:storage",
        "*:storage=",
        "*:storage=-1",
        "*:storage=+1M",
        "*:storage=50%",
        "*:storage=1X",
        "*:storage=999999999999999999T",
        "*:storage=99999999999999999999",
        "Trash:storage=1G",
        "500M"
      })
  void aWrongQuotaIsAWarningAndTheSitesCounts(String rule) {
    Checked.Good<?> read = read("jane@example.org:x::::::" + PasswdFile.QUOTA_RULE + "=" + rule);
    assertThat(read.warnings())
        .extracting(SiteProblem::toString)
        .contains(
            "accounts:1: userdb_quota_rule is \""
                + rule
                + "\", expected one such as"
                + " *:storage=500M");
    assertThat(QuotaRule.octets(rule)).isEmpty();
  }

  @Test
  void whatIsOfNoUseIsNamedWithItsLineAndStopsNobodyElse() {
    Checked.Good<Map<String, Found>> read =
        read(
            """
            no domain:{SSHA}x
            Jane@example.org:%1$s
            jane@example.org:other
            bob@example.org:{FANCY}x
            jack@example.org:%1$s
            """
                .formatted(HASH));
    assertThat(read.value().keySet())
        .containsExactlyInAnyOrder("jane@example.org", "bob@example.org", "jack@example.org");
    assertThat(read.warnings())
        .extracting(SiteProblem::toString)
        .containsExactlyInAnyOrder(
            "accounts:1: \"no\", expected user@domain:{SCHEME}hash",
            "accounts:2: Jane@example.org has capital letters, which Dovecot does not look for",
            "accounts:3: \"jane@example.org\" stands in line 2 already, and the first one counts",
            "accounts:4: bob@example.org cannot log in: {FANCY} is none of the schemes known here");
  }

  private static Account account(String line) {
    return accounts(line).get("jane@example.org").account();
  }

  private static Map<String, Found> accounts(String text) {
    Checked.Good<Map<String, Found>> read = read(text);
    assertThat(read.warnings()).isEmpty();
    return read.value();
  }

  private static Checked.Good<Map<String, Found>> read(String text) {
    return (Checked.Good<Map<String, Found>>)
        PasswdFile.parse("accounts", List.of(text.split("\n")));
  }
}
