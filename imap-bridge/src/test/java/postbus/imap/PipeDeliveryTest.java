package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.Body;
import postbus.mail.ContentRef;
import postbus.mail.Event.What;
import postbus.site.UnixUser;

/** What a command sees of the mail that is piped to it, and of the host it runs on. */
class PipeDeliveryTest {
  @TempDir Path folder;
  private PipeRig rig;

  @BeforeEach
  void makeRoom() throws IOException {
    rig = PipeRig.in(folder);
  }

  @AfterEach
  void nothingIsLeftOfTheInput() throws IOException {
    assertThat(rig.inputs()).isEmpty();
  }

  @Test
  void itGetsTheMailAsAMailboxDoesWithTheLineEndsOfUnix() throws Exception {
    Path handler = rig.scripts.script("handler", "cat > \"$seen/mail\"");

    HandTaken.Recorded recorded = rig.run(handler, handler.toString());

    assertThat(rig.scripts.text("mail"))
        .isEqualTo(
            "Return-Path: <jimbo@example.org>\nDelivered-To: Staff@wikimedia.org\n"
                + "Received: from somewhere\n by here\nSubject: hello\n\nbody\n");
    assertThat(recorded.story()).containsExactly(What.DELIVERED);
    assertThat(recorded.events.getFirst().detail()).isEqualTo("|" + handler);
    assertThat(recorded.events.getFirst().recipients()).containsExactly("Staff@wikimedia.org");
  }

  @Test
  void itMayOpenItsInputAnewAsManyScriptsDo() throws Exception {
    Path handler = rig.scripts.script("handler", "cat /dev/stdin > \"$seen/mail\"");

    rig.run(handler, handler.toString());

    assertThat(rig.scripts.text("mail")).endsWith("body\n");
  }

  @Test
  void aLargeContentArrivesOctetForOctet() throws Exception {
    byte[] octets = new byte[8 << 20];
    new Random(7).nextBytes(octets);
    for (int i = 0; i < octets.length; i++) {
      octets[i] = octets[i] == '\r' ? (byte) 'r' : octets[i];
    }
    Files.write(folder.resolve("content/large"), octets);
    Path handler = rig.scripts.script("handler", "cat > \"$seen/mail\"");

    rig.end(
        rig.take(
            rig.mail(
                handler.toString(),
                Body.of(octets.length).storedAt(new ContentRef("large")),
                new byte[0],
                PipeRig.STAFF),
            rig.delivery(rig.pipe(handler))));

    byte[] seen = Files.readAllBytes(rig.scripts.seen("mail"));
    assertThat(seen.length).isGreaterThan(octets.length);
    assertThat(seen).endsWith(octets);
  }

  @Test
  void wordsArriveAsTheAliasHasThemAndNoShellReadsThem() throws Exception {
    Path handler = rig.scripts.script("handler", "printf '%s\\n' \"$@\" > \"$seen/words\"");

    rig.run(
        handler,
        handler
            + " --list \"two words\" 'it''s' $LOCAL_PART ;touch "
            + rig.scripts.seen("x")
            + " >"
            + rig.scripts.seen("y"));

    assertThat(rig.scripts.lines("words"))
        .containsExactly(
            "--list",
            "two words",
            "it",
            "s",
            "$LOCAL_PART",
            ";touch",
            rig.scripts.seen("x").toString(),
            ">" + rig.scripts.seen("y"));
    assertThat(rig.scripts.seen("x")).doesNotExist();
    assertThat(rig.scripts.seen("y")).doesNotExist();
  }

  @Test
  void itRunsAsTheSitesUserWithNoWayBackAndNoTerminal() throws Exception {
    Path handler =
        rig.scripts.script(
            "handler",
            "id -u > \"$seen/user\"; id -G > \"$seen/groups\"; pwd > \"$seen/folder\"",
            "cut -d ' ' -f 1,5,6,7 /proc/$$/stat > \"$seen/session\"",
            "grep -E 'CapEff|NoNewPrivs' /proc/self/status > \"$seen/rights\"");
    Assumptions.assumeTrue(new UnixSystem().getUid() == 0, "only root can become somebody else");

    rig.run(handler, handler.toString());

    UnixUser nobody = UnixUser.find("nobody").orElseThrow();
    assertThat(rig.scripts.lines("user")).containsExactly(Long.toString(nobody.user()));
    assertThat(rig.scripts.lines("groups")).containsExactly(Long.toString(nobody.group()));
    assertThat(rig.scripts.lines("folder")).containsExactly("/");
    assertThat(rig.scripts.text("session")).matches("(\\d+) \\1 \\1 0\n");
    assertThat(rig.scripts.lines("rights"))
        .containsExactly("CapEff:\t0000000000000000", "NoNewPrivs:\t1");
  }

  @Test
  void itsEnvironmentIsEximsAndNothingOfOurs() throws Exception {
    Path handler =
        rig.scripts.script("handler", "tr '\\0' '\\n' < /proc/$$/environ > \"$seen/env\"");

    HandTaken taken =
        rig.take(rig.mail(handler.toString(), PipeRig.STAFF), rig.delivery(rig.pipe(handler)));
    rig.end(taken);

    assertThat(rig.scripts.lines("env"))
        .filteredOn(line -> !line.startsWith("HOME="))
        .containsExactlyInAnyOrder(
            "PATH=/bin:/usr/bin",
            "SHELL=/bin/sh",
            "LOCAL_PART=Staff",
            "LOGNAME=Staff",
            "USER=Staff",
            "DOMAIN=wikimedia.org",
            "RECIPIENT=Staff@wikimedia.org",
            "SENDER=jimbo@example.org",
            "MESSAGE_ID=" + taken.key());
  }

  @Test
  void aLineEndInAnAddressReachesNoVariable() {
    assertThat(
            PipeEnvironment.of(
                rig.mail("/x", "\"a\nb\"@wikimedia.org").envelope(),
                postbus.mail.EmailAddress.of("\"a\nb\"@wikimedia.org"),
                "/"))
        .containsEntry("LOCAL_PART", "a?b")
        .containsEntry("RECIPIENT", "\"a?b\"@wikimedia.org");
  }

  @Test
  void aCommandThatDoesNotReadItsInputHasTheMailAllTheSame() throws Exception {
    Path handler = rig.scripts.script("handler", "exit 0");

    HandTaken.Recorded recorded =
        rig.end(
            rig.take(
                rig.mail(handler.toString(), Body.of(1 << 20), new byte[1 << 20], PipeRig.STAFF),
                rig.delivery(rig.pipe(handler))));

    assertThat(recorded.story()).containsExactly(What.DELIVERED);
  }

  @Test
  void aUserThatIsNotThereOrIsRootKeepsPostbusFromStarting() throws Exception {
    Assumptions.assumeTrue(new UnixSystem().getUid() == 0, "only root can become somebody else");
    Path handler = rig.scripts.script("handler", "exit 0");
    for (String user : new String[] {"no-such-user", "root"}) {
      assertThatThrownBy(() -> rig.pipes(PipeRig.LONG, rig.pipe(handler, user)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("pipes.handler.user: " + user);
    }
  }

  @Test
  void whatACrashLeftOfAnInputIsRemovedOnceItIsOld() throws Exception {
    Path old = Files.write(rig.inputFolder().resolve("old"), "x".getBytes(US_ASCII));
    Path fresh = Files.write(rig.inputFolder().resolve("fresh"), "x".getBytes(US_ASCII));
    Files.setLastModifiedTime(
        old,
        java.nio.file.attribute.FileTime.from(
            java.time.Instant.now().minus(PipeInput.LEFTOVER_AGE).minusSeconds(1)));

    PipeInput.prepare(rig.inputFolder());

    assertThat(rig.inputs()).containsExactly(fresh);
    Files.delete(fresh);
  }
}
