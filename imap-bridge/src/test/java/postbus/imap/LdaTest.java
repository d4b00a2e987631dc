package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static postbus.imap.DovecotRig.LONG;
import static postbus.imap.DovecotRig.PASSWORD;
import static postbus.imap.DovecotRig.from;
import static postbus.imap.DovecotRig.last;
import static postbus.imap.DovecotRig.mail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.mail.Event.What;
import postbus.site.MailboxRules.Lda;
import postbus.testkit.DovecotServer;

/** Mails by Dovecot's program, and by programs that end as it does not on demand. */
class LdaTest {
  private static final String JANE = "jane@example.org";
  private static final String FULL = "full@example.org";
  private static final String CONTENT = "Subject: hello\r\n\r\n.one\r\ntw\ro\r\nend";

  @TempDir private Path data;

  @Test
  void aMailIsReadAsItCameAndWhatDovecotSaysDecides() throws Exception {
    assumeTrue(DovecotServer.isAvailable(), "no Dovecot on this machine");
    try (DovecotServer dovecot = DovecotServer.start()) {
      dovecot.account(JANE, PASSWORD);
      dovecot.account(FULL, PASSWORD, "userdb_quota_rule=*:bytes=1000");
      DovecotRig rig = new DovecotRig(data);
      LdaWay way = way(rig.contents, dovecot.lda(), LONG);

      assertThat(rig.deliver(way, from("", CONTENT, "Jane@example.org")).story())
          .containsExactly(What.DELIVERED);
      assertThat(last(dovecot, JANE))
          .isEqualTo("Return-Path: <>\r\nDelivered-To: Jane@example.org\r\n" + CONTENT);

      List<HandTaken.Recorded> each =
          rig.deliverAll(way, mail("x".repeat(2000), "nobody@example.org", FULL));
      assertThat(each).as("each mailbox has a record of its own").hasSize(2);
      assertThat(each.getFirst().story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
      assertThat(each.getFirst().events.getFirst().detail()).isEqualTo("550 5.1.1 no such mailbox");
      assertThat(each.getLast().story()).containsExactly(What.DEFERRED);
      assertThat(each.getLast().events.getFirst().detail())
          .isEqualTo(
              "452 4.2.2 the mailbox is over quota:"
                  + " Quota exceeded (mailbox for user is full)");

      dovecot.process().stop();
      assertThat(rig.deliver(way, mail(CONTENT, JANE)).story()).containsExactly(What.DEFERRED);
    }
  }

  @Test
  void theArgumentsAreNoShells() throws Exception {
    Path program = program("echo \"$@\"; exit 75");
    DovecotRig rig = new DovecotRig(data);
    LdaWay way = way(rig.contents, program, LONG);
    HandTaken.Recorded recorded =
        rig.deliver(way, from("a;$(id)@example.net", CONTENT, "-x@example.org"));
    assertThat(recorded.events.getFirst().detail())
        .isEqualTo(
            "451 4.3.0 the mailbox cannot be written now (status 75):"
                + " -e -d -x@example.org -f a;$(id)@example.net"
                + " -o quota_full_tempfail=yes");
  }

  @Test
  void whatTakesTooLongIsKilledAndWhatCannotBeRunWaits() throws Exception {
    DovecotRig rig = new DovecotRig(data);
    LdaWay slow = way(rig.contents, program("sleep 60 & wait"), Duration.ofSeconds(1));
    assertThat(rig.deliver(slow, mail(CONTENT, JANE)).events.getFirst().detail())
        .isEqualTo("451 4.3.0 the mailbox took longer than 1 s");
    LdaWay gone = way(rig.contents, program("exit 78"), LONG);
    assertThat(rig.deliver(gone, mail(CONTENT, JANE)).story()).containsExactly(What.DEFERRED);
    LdaWay refusing = way(rig.contents, program("echo Quota exceeded, says he; exit 77"), LONG);
    assertThat(rig.deliver(refusing, mail(CONTENT, JANE)).events.getFirst().detail())
        .isEqualTo("550 5.7.1 the mailbox refuses the mail");
  }

  @Test
  void aSlowMailboxHoldsUpNoOther() throws Exception {
    DovecotRig rig = new DovecotRig(data);
    LdaWay way =
        way(rig.contents, program("case $3 in slow*) sleep 20;; esac"), Duration.ofSeconds(30));
    List<HandTaken> slow =
        List.of(
            rig.take(way, mail(CONTENT, "slow@example.org")),
            rig.take(way, mail(CONTENT, "slow@example.org")),
            rig.take(way, mail(CONTENT, "slow@example.org")));
    assertThat(rig.deliver(way, mail(CONTENT, JANE)).story()).containsExactly(What.DELIVERED);
    assertThat(slow).noneMatch(each -> each.ended.isDone());
    way.stop(Duration.ZERO);
    for (HandTaken each : slow) {
      assertThat(each.ended.get(LONG.toSeconds(), TimeUnit.SECONDS).story())
          .containsExactly(What.DEFERRED);
    }
  }

  @Test
  void aProgramThatIsNotThereStopsTheStart() throws Exception {
    ContentStore contents = new ContentFolder(data.resolve("content"));
    Lda lda = new Lda(data.resolve("lda"), "nobody", LONG, 2);
    LdaWay way = new LdaWay(lda, data, contents, DovecotRig.WAITS, false);
    assertThatThrownBy(way::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("mailboxes.lda: " + lda.program() + ", expected a program");
  }

  private Path program(String script) throws IOException {
    Path file = Files.createTempFile(data, "lda", "");
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private LdaWay way(ContentStore contents, Path program, Duration runMax) {
    LdaWay way =
        new LdaWay(new Lda(program, "nobody", runMax, 4), data, contents, DovecotRig.WAITS, false);
    way.start();
    return way;
  }
}
