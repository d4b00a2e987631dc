package postbus.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.accounts.PasswordHash.Match;

/** Hashes as Dovecot makes them, and as somebody makes them who means harm. */
class PasswordHashTest {
  private static final String PASSWORD = "correct horse ü";

  static List<String> madeByDovecot() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/doveadm/hashes")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("madeByDovecot")
  void thePasswordOfAHashThatDovecotMadeMatchesAndNoOther(String written) {
    PasswordHash hash = PasswordHash.of(written);
    assertThat(hash.problem()).isEmpty();
    byte[] password = PASSWORD.getBytes(UTF_8);
    assertThat(hash.matches(password)).isEqualTo(Match.YES);
    assertThat(password).as("what is given stays as it is").isEqualTo(PASSWORD.getBytes(UTF_8));
    assertThat(match(hash, PASSWORD + "x")).isEqualTo(Match.NO);
    assertThat(match(hash, "")).isEqualTo(Match.NO);
  }

  @Test
  void aNewHashIsOfItsPasswordAndNeverTheSameTwice() {
    String written = PasswordHash.make(PASSWORD.getBytes(UTF_8));
    assertThat(written).startsWith("{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(match(PasswordHash.of(written), PASSWORD)).isEqualTo(Match.YES);
    assertThat(match(PasswordHash.of(written), "Correct horse ü")).isEqualTo(Match.NO);
    assertThat(PasswordHash.make(PASSWORD.getBytes(UTF_8))).isNotEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{SCRAM-SHA-256}4096,x,y,z",
        "{PLAIN}secret",
        "secret",
        "!",
        "*",
        "{SSHA}",
        "{SSHA}short",
        "{SSHA}not base64 at all",
        "{SSHA.hex}zz",
        "{SSHA.rot13}IBdRnK1y1JYxSwFbKPjhG2Uivq/NE4zW",
        "{SHA512-CRYPT}$5$dzxHrhDrwT1H/wmx$fHdbqoNrPtkG19mNKPoNAbYz/Gfe.pGiQSSYJ1O77/8",
        "{CRYPT}$1$rnvJmVcz$SZFFVvLjQxzmMPNsYdb0Q1",
        "{CRYPT}$6$salt$",
        "{BLF-CRYPT}$2y$31$oq7s8pY0zZRH6R4J4KkjqeLVfT9S4vqAdYki3zRQ73N6JYHV7VzAi",
        "{BLF-CRYPT}$2y$05$short",
        "{ARGON2ID}$argon2id$v=19$m=262144,t=3,p=1$g5G2jafC1QV/0H4qAJrL/A$/6RhaEbIRksrHWZDLovGph",
        "{ARGON2ID}$argon2id$v=19$m=999999999,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "{ARGON2ID}$argon2id$v=19$m=64,t=999999999,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "{ARGON2ID}$argon2id$v=19$m=65536,t=1,p=999999999$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "{ARGON2ID}$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "{ARGON2ID}$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAA$AAAA",
        "{ARGON2ID}$argon2id$v=19$m=64,t=0,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "{ARGON2ID}$argon2i$v=19$m=64,t=3,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
      })
  void aHashThatIsNotUnderstoodIsAProblemAndNoWrongPassword(String written) {
    PasswordHash hash = PasswordHash.of(written);
    assertThat(hash.problem()).isPresent();
    assertThat(match(hash, PASSWORD)).isEqualTo(Match.AWAY);
    assertThat(match(hash, "secret")).isEqualTo(Match.AWAY);
  }

  @Test
  void roundsAreBounded() {
    String rest = "$Om4Ec9dMgQAmSAkJ$" + "x".repeat(86);
    assertThat(PasswordHash.of("{CRYPT}$6$rounds=500000" + rest).problem()).isEmpty();
    assertThat(PasswordHash.of("{CRYPT}$6$rounds=999999999" + rest).problem())
        .hasValue("its rounds are 999999999, expected at most 500000");
    assertThat(PasswordHash.of("{CRYPT}" + "$".repeat(5000)).problem()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"1024, YES", "1025, NO"})
  void aPasswordIsNoLongerThanItsBound(int octets, Match match) {
    byte[] password = "x".repeat(octets).getBytes(UTF_8);
    assertThat(PasswordHash.of(PasswordHash.make(password)).matches(password)).isEqualTo(match);
  }

  @Test
  void nothingCountsBehindANulBecauseAPasswordHasNone() {
    PasswordHash hash = PasswordHash.of("{SSHA}IBdRnK1y1JYxSwFbKPjhG2Uivq/NE4zW");
    assertThat(match(hash, PASSWORD)).isEqualTo(Match.YES);
    assertThat(match(hash, PASSWORD + "\0x")).isEqualTo(Match.NO);
  }

  @Test
  void noTextOfItShowsTheHash() {
    for (String written : List.of("{SSHA}IBdRnK1y1JYxSwFbKPjhG2Uivq/NE4zW", "secret", "{X}y")) {
      assertThat(PasswordHash.of(written).toString()).doesNotContain("IBdR", "secret", "y");
      assertThat(PasswordHash.of(written).problem().orElse("")).doesNotContain("IBdR", "secret");
    }
  }

  private static Match match(PasswordHash hash, String password) {
    return hash.matches(password.getBytes(UTF_8));
  }
}
