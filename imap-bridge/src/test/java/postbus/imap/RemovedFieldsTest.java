package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentFolder;
import postbus.log.Mail;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.Outcome;
import postbus.mail.Removal;

/** Fields that an outsider forged reach neither mailbox nor command. */
class RemovedFieldsTest {
  private static final HeaderEdits EDITS =
      new HeaderEdits(List.of(new HeaderField("Subject", "ours")), List.of(Removal.of("Subject")));

  @TempDir Path folder;
  private PipeRig rig;

  @BeforeEach
  void makeRoom() throws IOException {
    rig = PipeRig.in(folder);
  }

  @Test
  void aMailboxGetsOursAndNotTheClients() throws IOException {
    Mail mail = edited(rig.mailForMailbox(PipeRig.STAFF));
    Mailboxes mailboxes =
        new Mailboxes(folder, new ContentFolder(folder.resolve("content")), Quotas.OWN);
    Outcome outcome =
        mailboxes.deliver(mail, mail.envelope().recipients().getFirst(), () -> true).orElseThrow();
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Delivered.class,
            delivered ->
                assertThat(folder.resolve(delivered.by().reply().text()))
                    .content()
                    .endsWith("Staff@wikimedia.org\r\nSubject: ours\r\n\r\nbody\r\n"));
  }

  @Test
  void aCommandReadsOursAndNotTheClients() throws Exception {
    Path handler = rig.scripts.script("handler", "cat > \"$seen/mail\"");
    Mail mail = edited(rig.mail(handler.toString(), PipeRig.STAFF));
    rig.end(rig.take(mail, rig.delivery(rig.pipe(handler))));
    assertThat(Files.readString(rig.scripts.seen("mail")))
        .contains("\nSubject: ours\n")
        .doesNotContain("hello");
  }

  private static Mail edited(Mail mail) {
    return new Mail(mail.envelope().edited(EDITS), mail.content());
  }
}
