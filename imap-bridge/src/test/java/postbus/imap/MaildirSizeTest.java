package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file maildirsize, by the rules of Maildir++. */
class MaildirSizeTest {
  private static final OptionalLong OWN = OptionalLong.empty();

  @TempDir Path data;
  private Path root;
  private Path file;
  private MaildirSize size;

  @BeforeEach
  void makeTheMailbox() throws IOException {
    MailboxRig rig = new MailboxRig(data);
    rig.file().close();
    root = rig.folder("");
    file = root.resolve("maildirsize");
    size = new MaildirSize(rig.mailbox(MailboxRig.MARK));
  }

  @Test
  void whoHasNoQuotaGetsNoFile() throws IOException {
    assertThat(size.hasRoom(OWN, 1L << 40)).isTrue();
    assertThat(size.hasRoom(OptionalLong.of(0), 1L << 40)).isTrue();
    size.add(1000);

    assertThat(file).doesNotExist();
  }

  @Test
  void theFirstMailFindsWhatIsThereInAllFoldersTrashToo() throws IOException {
    mail("new/1.a.b,S=100", 100);
    mail("cur/2.a.b,S=200,W=210:2,S", 200);
    mail("cur/3.without-size:2,", 30);
    mail(".Sent/cur/4.a.b,S=1000:2,S", 1000);
    mail(".Trash/cur/5.a.b,S=5000:2,ST", 5000);
    mail(".Archive.2006/new/6.a.b,S=x", 7);
    mail("courierimapkeywords/7", 9999);

    assertThat(size.hasRoom(OptionalLong.of(10_000), 100)).isTrue();
    size.add(100);

    assertThat(file).hasContent("10000S\n6337 6\n100 1\n");
  }

  @Test
  void whatTheFileDefinesCountsWhereNobodySaysMore() throws IOException {
    says("1000S,3C\n500 2\n");

    assertThat(size.hasRoom(OWN, 500)).isTrue();
    assertThat(size.hasRoom(OWN, 501)).isFalse();
    size.add(1);
    assertThat(size.hasRoom(OWN, 1)).isTrue(); // counted anew: there is none
    assertThat(file).hasContent("1000S,3C\n0 0\n");
  }

  @Test
  void soManyMailsAreAQuotaToo() throws IOException {
    says("3C\n500 3\n");

    assertThat(size.hasRoom(OWN, 1)).isFalse();
  }

  @Test
  void anotherQuotaOfTheAccountTakesThePlaceOfTheOldOne() throws IOException {
    mail("new/1.a.b,S=100", 100);
    says("1000S,30C\n500 2\n");

    assertThat(size.hasRoom(OptionalLong.of(2000), 1)).isTrue();
    assertThat(file).hasContent("2000S,30C\n100 1\n");
    assertThat(size.hasRoom(OptionalLong.of(0), 1 << 30)).isTrue();
    assertThat(file).hasContent("0S,30C\n100 1\n");
  }

  @Test
  void aSumThatWasJustCountedIsBelievedWhenTheMailboxIsFull() throws IOException {
    says("1000S\n1000 10\n");
    assertThat(size.hasRoom(OWN, 1)).isFalse();

    Instant before = Instant.now().minus(MaildirSize.STALE_AGE).minusSeconds(1);
    Files.setLastModifiedTime(file, FileTime.from(before));
    assertThat(size.hasRoom(OWN, 1)).isTrue();
  }

  @Test
  void aSumOfSeveralLinesIsCountedAnewBeforeTheMailboxIsCalledFull() throws IOException {
    says("1000S\n400 4\n600 6\n");

    assertThat(size.hasRoom(OWN, 1)).isTrue();
    assertThat(file).hasContent("1000S\n0 0\n");
  }

  @Test
  void aFileThatHasGrownIsCountedAnew() throws IOException {
    mail("new/1.a.b,S=100", 100);
    says("1000S\n" + "1 1\n-1 -1\n".repeat(MaildirSize.OCTETS_MAX / 10));

    assertThat(size.hasRoom(OWN, 1)).isTrue();
    assertThat(file).hasContent("1000S\n100 1\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1000S\n",
        "1000S\n500",
        "1000S\n500 1\n-501 -1\n",
        "1000S\n500\n",
        "1000S\nx 1\n",
        "1000S\n\0\0\0\0\n",
        "1000S\n500 1\n12",
        "1000S\n99999999999999999999 1\n",
        "1000S\n9223372036854775807 1\n9223372036854775807 1\n3 1\n"
      })
  void aFileThatCannotBeRightIsCountedAnew(String text) throws IOException {
    mail("new/1.a.b,S=100", 100);
    says(text);

    assertThat(size.hasRoom(OWN, 1)).isTrue();
    assertThat(file).hasContent("1000S\n100 1\n");
  }

  @Test
  void namesThatClaimMoreThanThereCanBeFillTheMailbox() throws IOException {
    for (int i = 0; i < 20; i++) {
      mail("new/" + i + ".a.b,S=999999999999999999", 1);
    }
    assertThat(size.hasRoom(OptionalLong.of(1000), 1)).isFalse();
  }

  @Test
  void whatIsNoFileIsNotOpened() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> size.hasRoom(OWN, 1)).hasMessageContaining("is no file");
    assertThatThrownBy(() -> size.add(1)).hasMessageContaining("is no file");

    Files.delete(file);
    Path others = Files.writeString(data.resolve("others"), "1000S\n");
    Files.createSymbolicLink(file, others);
    assertThatThrownBy(() -> size.add(1)).hasMessageContaining("is no file");
    assertThat(others).hasContent("1000S");
  }

  @Test
  void whatCourierPadsWithSpacesIsRead() throws IOException {
    says("1000S\n         900            9\n        -100           -1\n");

    assertThat(size.hasRoom(OWN, 200)).isTrue();
    assertThat(file).content().startsWith("1000S\n         900");
  }

  @Test
  void linesOfSeveralWritersStandSideBySide() throws Exception {
    says("0S\n0 0\n");
    Callable<Void> writer =
        () -> {
          for (int i = 0; i < 50; i++) {
            size.add(3);
          }
          return null;
        };
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Future<Void> each : threads.invokeAll(Collections.nCopies(4, writer))) {
        each.get();
      }
    }
    assertThat(file).hasContent("0S\n0 0\n" + "3 1\n".repeat(200));
  }

  private void says(String text) throws IOException {
    Files.writeString(file, text);
  }

  private void mail(String name, int octets) throws IOException {
    Path mail = root.resolve(name);
    Files.createDirectories(mail.getParent());
    Files.write(mail, new byte[octets]);
  }
}
