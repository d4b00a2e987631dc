package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;

/** A mail that comes again finds itself, wherever its reader or a crash has left it. */
class MailRepeatTest {
  @TempDir Path data;
  private MailboxRig rig;

  @BeforeEach
  void makeTheMailbox() {
    rig = new MailboxRig(data);
  }

  @Test
  void aRepeatFindsTheMailThatNobodyHasSeenYet() throws IOException {
    Path where = rig.deliver();

    assertThat(rig.find()).contains(where);
  }

  @Test
  void aRepeatFindsTheMailThatAReaderHasFlagged() throws IOException {
    Path fresh = data.resolve(rig.deliver());
    Path seen = rig.folder("cur").resolve(fresh.getFileName() + ":2,S");
    Files.move(fresh, seen);

    assertThat(rig.find()).contains(data.relativize(seen));
  }

  @Test
  void aMailboxThatNobodyReadSinceTheMailCameIsNotSearched() throws IOException {
    Path fresh = data.resolve(rig.deliver());
    Path cur = rig.folder("cur");
    Files.move(fresh, cur.resolve(fresh.getFileName() + ":2,S"));
    Instant before = rig.envelope.receivedAt().minus(MailFile.CLOCKS_APART_MAX);

    Files.setLastModifiedTime(cur, FileTime.from(before.minusSeconds(1)));
    assertThat(rig.find()).isEmpty();
    Files.setLastModifiedTime(cur, FileTime.from(before));
    assertThat(rig.find()).isPresent();
  }

  @Test
  void theSameMailForAnotherRecipientIsAnotherMail() throws IOException {
    rig.deliver();

    try (MailFile file =
        rig.mailbox(MailboxRig.MARK).file(rig.envelope, EmailAddress.of("brion@wikimedia.org"))) {
      assertThat(file.find()).isEmpty();
    }
  }

  @Test
  void aRepeatFindsTheMailThatAnEarlierReleaseWroteWithoutItsSize() throws IOException {
    Path fresh = data.resolve(rig.deliver());
    Path sizeless = fresh.resolveSibling(fresh.getFileName().toString().replaceAll(",S=.*", ""));
    Files.move(fresh, sizeless);
    assertThat(rig.find()).contains(data.relativize(sizeless));

    Path seen = rig.folder("cur").resolve(sizeless.getFileName() + ":2,FS");
    Files.move(sizeless, seen);
    assertThat(rig.find()).contains(data.relativize(seen));
  }

  @Test
  void aRepeatFindsTheMailHoweverFastItsReaderMovesIt() throws Exception {
    Path where = data.resolve(rig.deliver());
    AtomicBoolean done = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Path> reader = threads.submit(() -> move(where, done));
      for (int i = 0; i < 200; i++) {
        assertThat(rig.find()).isPresent();
      }
      done.set(true);
      reader.get();
    }
  }

  @Test
  void writersOfTheSameMailAtTheSameTimeGiveOneWholeMail() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Path> delivery = rig::deliver;
      List<Future<Path>> all =
          threads.invokeAll(IntStream.range(0, 20).mapToObj(_ -> delivery).toList());
      for (Future<Path> each : all) {
        assertThat(data.resolve(each.get())).content().endsWith(MailboxRig.CONTENT);
      }
    }
    assertThat(rig.files("new")).hasSize(1);
    assertThat(rig.files("tmp")).isEmpty();
  }

  /** As mutt does who makes a mail new and old and new again. */
  private Path move(Path where, AtomicBoolean done) throws IOException {
    Path seen = rig.folder("cur").resolve(where.getFileName() + ":2,");
    Path flagged = rig.folder("cur").resolve(where.getFileName() + ":2,F");
    Files.move(where, seen);
    while (!done.get()) {
      Files.move(seen, flagged);
      Files.move(flagged, seen);
    }
    return seen;
  }
}
