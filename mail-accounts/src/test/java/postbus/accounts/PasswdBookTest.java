package postbus.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.EmailAddress;

/** The file of accounts is edited in place, and nothing else in it changes. */
class PasswdBookTest {
  private static final String TEXT =
      """
      # people
      jane@example.org:{SSHA}old:1000:1000:Jane Doe:/home/jane:/bin/sh:userdb_mail=maildir:~/Maildir  nologin=away

      jack@example.org
      # the rest
      Bob@Example.org:{X}y
      """;
  private static final EmailAddress JANE = EmailAddress.of("jane@example.org");
  private static final EmailAddress JACK = EmailAddress.of("jack@example.org");
  private static final EmailAddress BOB = EmailAddress.of("bob@example.org");

  @TempDir Path folder;
  private Path file;
  private PasswdBook book;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("accounts"), TEXT);
    book = new PasswdBook(folder);
  }

  @Test
  void aNewPasswordChangesItsFieldAlone() throws IOException {
    assertThat(book.password(JANE, "{N}ew")).isTrue();
    assertThat(book.password(JACK, "{N}ew")).isTrue();
    assertThat(book.password(BOB, "{N}ew")).isTrue();
    assertThat(file)
        .hasContent(
            TEXT.replace("{SSHA}old", "{N}ew")
                .replace("jack@example.org", "jack@example.org:{N}ew")
                .replace("{X}y", "{N}ew"));
  }

  @Test
  void aQuotaAndALockAreExtraFieldsAmongOthers() throws IOException {
    book.quota(JANE, OptionalLong.of(500L << 20));
    assertThat(file)
        .content()
        .contains("~/Maildir nologin=away userdb_quota_rule=*:storage=500M\n");
    book.quota(JANE, OptionalLong.of(0));
    book.logIn(JANE, true);
    assertThat(file)
        .content()
        .contains(":/bin/sh:userdb_mail=maildir:~/Maildir userdb_quota_rule=*:storage=0\n");
    book.quota(JANE, OptionalLong.empty());
    book.logIn(JACK, false);
    book.logIn(JACK, false);
    assertThat(file)
        .hasContent(
            TEXT.replace("  nologin=away", "")
                .replace("jack@example.org", "jack@example.org:::::::nologin"));
    assertThat(book.list()).extracting(Account::mayLogIn).containsExactly(true, false, true);
  }

  @Test
  void anAccountIsAddedAtTheEndOnceAndRemovedWhole() throws IOException {
    EmailAddress ann = EmailAddress.of("ann@example.org");
    assertThat(book.add(ann, "{N}ew", OptionalLong.of(1L << 30))).isTrue();
    assertThat(book.add(ann, "{N}ewer", OptionalLong.empty())).isFalse();
    assertThat(file)
        .hasContent(TEXT + "ann@example.org:{N}ew::::::userdb_quota_rule=*:storage=1G\n");
    assertThat(book.remove(ann)).isTrue();
    assertThat(file).hasContent(TEXT);
    assertThat(book.remove(ann)).isFalse();
    assertThat(book.password(ann, "{N}ew")).isFalse();
    assertThat(book.list())
        .extracting(account -> account.address().toString())
        .containsExactly("jane@example.org", "jack@example.org", "bob@example.org");
  }

  @ParameterizedTest
  @CsvSource({
    "0, *:storage=0",
    "1, *:bytes=1",
    "1024, *:storage=1K",
    "1536, *:bytes=1536",
    "10240, *:storage=10K",
    "1099511627776, *:storage=1T",
    "1125899906842624, *:storage=1024T"
  })
  void aRuleIsReadAsItIsWritten(long octets, String rule) {
    assertThat(QuotaRule.of(octets)).isEqualTo(rule);
    assertThat(QuotaRule.octets(rule)).hasValue(octets);
  }

  @Test
  void aLinkStaysALinkAndPermissionsStay() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path real = Files.move(file, elsewhere.resolve("people"));
    Files.createSymbolicLink(file, Path.of("elsewhere/people"));
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));

    assertThat(book.password(JANE, "{N}ew")).isTrue();
    assertThat(file).isSymbolicLink();
    assertThat(real).hasContent(TEXT.replace("{SSHA}old", "{N}ew"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
        .isEqualTo("rw-r-----");
    try (Stream<Path> left = Files.list(elsewhere)) {
      assertThat(left).containsExactly(real);
    }
  }

  @Test
  void endsOfLinesStay() throws IOException {
    Files.writeString(file, "jane@example.org:x\r\njack@example.org:y");
    book.password(JANE, "{N}ew");
    assertThat(Files.readString(file)).isEqualTo("jane@example.org:{N}ew\r\njack@example.org:y\n");
  }

  @Test
  void manyWhoEditAtTheSameTimeLoseNothing() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> edits =
          IntStream.range(0, 20)
              .<Callable<Boolean>>mapToObj(i ->
                  () ->
                      new PasswdBook(folder)
                          .add(EmailAddress.of("p" + i + "@x.org"), "h", OptionalLong.empty()))
              .toList();
      for (Future<Boolean> edit : threads.invokeAll(edits)) {
        assertThat(edit.get()).isTrue();
      }
    }
    assertThat(book.list()).hasSize(23);
  }

  @Test
  void whatAKillLeftBehindIsRemovedByTheNextEdit() throws IOException {
    Path left = Files.writeString(folder.resolve(".accounts.123.new"), "hashes\n");
    Path other = Files.writeString(folder.resolve(".accounts.swp"), "an editor's\n");
    assertThat(book.logIn(JANE, false)).isTrue();
    assertThat(left).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void whatIsNotAsExpectedIsLeftToAHuman() throws IOException {
    Files.writeString(file, "jane@example.org:x::::::\n  nologin\njack@example.org x\n");
    assertThatThrownBy(() -> book.password(JANE, "{N}ew"))
        .hasMessage("line 1 of accounts goes on in the next one, and is left to you");
    assertThatThrownBy(() -> book.password(JACK, "{N}ew"))
        .hasMessage("line 3 of accounts is not user:password:…, and is left to you");
    Files.write(file, new byte[] {(byte) 0xe9, '\n'});
    assertThatThrownBy(() -> book.remove(JANE)).hasMessageContaining("no text in UTF-8");
    assertThat(Files.readAllBytes(file)).containsExactly(0xe9, '\n');
    Files.delete(file);
    assertThatThrownBy(() -> book.remove(JANE)).hasMessageContaining("is missing");
  }
}
