package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import jakarta.mail.Flags.Flag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.testkit.DovecotServer;
import postbus.testkit.ImapMailbox;

/** A real Dovecot reads the mailboxes that Postbus writes, and both keep their quota. */
class ReadByDovecotTest {
  private static final int QUOTA = 100 << 10;
  private static final int PEOPLE = 5;
  private static final String PASSWORD = "secret";

  private static DovecotServer dovecot;
  private static int people;
  private Mailboxes mailboxes;
  private String address = "";

  @BeforeAll
  static void start() throws Exception {
    assumeThat(DovecotServer.isAvailable()).as("Dovecot is here").isTrue();
    dovecot = DovecotServer.start();
    for (int i = 1; i <= PEOPLE; i++) { // at once: Dovecot may not see a second edit of a second
      dovecot.account(address(i), PASSWORD, "userdb_quota_rule=*:bytes=" + QUOTA);
    }
  }

  private static String address(int person) {
    return "user" + person + "@wikimedia.org";
  }

  @AfterAll
  static void stop() throws IOException {
    if (dovecot != null) {
      dovecot.close();
    }
  }

  @BeforeEach
  void aMailboxOfItsOwn() throws IOException {
    address = address(++people);
    ContentStore contents = new ContentFolder(dovecot.folder().resolve("content"));
    mailboxes = new Mailboxes(dovecot.folder(), contents, _ -> OptionalLong.of(QUOTA));
  }

  @Test
  void mailsAreReadByteForByteAndTheQuotaIsTheSame() throws Exception {
    for (int i = 1; i <= 3; i++) {
      assertThat(deliver(mail(i * 5000))).isInstanceOf(Outcome.Delivered.class);
    }
    List<Path> files = files();
    String size = Files.readString(size());
    long octets = 0;
    for (Path file : files) {
      octets += Files.size(file);
    }

    try (ImapMailbox imap = dovecot.imap(address, PASSWORD)) {
      assertThat(imap.storage().usage).isEqualTo(kilobytes(octets));
      assertThat(imap.storage().limit).isEqualTo(QUOTA >> 10);
      assertThat(doveadm("quota", "get")).contains("MESSAGE\t3\t");
      for (byte[] mail : imap.mails()) {
        assertThat(files).anySatisfy(file -> assertThat(file).hasBinaryContent(mail));
      }
    }
    assertThat(size()).as("was believed").hasContent(size);
    doveadm("quota", "recalc");
    assertThat(size()).as("was right").hasContent(QUOTA + "S\n" + octets + " 3\n");
    assertThat(log()).doesNotContain("Error", "Warning");
  }

  @Test
  void whatItsOwnerDoesOverImapCounts() throws Exception {
    deliver(mail(60_000));
    Mail second = mail(60_000);
    assertThat(deliver(second).why().reply().toString()).startsWith("452 4.2.2");

    try (ImapMailbox imap = dovecot.imap(address, PASSWORD)) {
      imap.flag(Flag.DELETED);
      assertThat(imap.storage().usage).isZero();
      assertThat(deliver(second)).isInstanceOf(Outcome.Delivered.class);
      assertThat(imap.storage().usage).isEqualTo(kilobytes(Files.size(files().getFirst())));
    }
  }

  @Test
  void itsFoldersCountSentAndTrashToo() throws Exception {
    deliver(mail(1000));
    try (ImapMailbox imap = dovecot.imap(address, PASSWORD)) {
      imap.append("Sent", text(40_000));
      imap.append("Trash", text(40_000));

      assertThat(deliver(mail(40_000))).isInstanceOf(Outcome.Deferred.class);
      assertThat(deliver(mail(10_000))).isInstanceOf(Outcome.Delivered.class);
      assertThat(doveadm("quota", "get")).contains("MESSAGE\t4\t");
      assertThat(imap.storage().usage).isBetween(87L, 90L);
    }
  }

  @Test
  void flagsStayAndAFlaggedMailThatComesAgainFindsItself() throws Exception {
    Mail mail = mail(1000);
    deliver(mail);
    try (ImapMailbox imap = dovecot.imap(address, PASSWORD)) {
      imap.flag(Flag.FLAGGED);
      imap.flag(Flag.ANSWERED);

      assertThat(deliver(mail).why().reply().text()).contains("/cur/").endsWith(":2,FR");
      deliver(mail(1000));
      assertThat(imap.count()).isEqualTo(2);
      assertThat(doveadm("quota", "get")).contains("MESSAGE\t2\t");
    }
  }

  @Test
  void aMailboxThatDovecotBeganGoesOn() throws Exception {
    try (ImapMailbox imap = dovecot.imap(address, PASSWORD)) {
      imap.append("INBOX", text(30_000));
      assertThat(Files.readString(size())).startsWith(QUOTA + "S\n");

      assertThat(deliver(mail(80_000))).isInstanceOf(Outcome.Deferred.class);
      assertThat(deliver(mail(50_000))).isInstanceOf(Outcome.Delivered.class);
      assertThat(imap.mails()).hasSize(2);
      assertThat(doveadm("quota", "get")).contains("MESSAGE\t2\t");
    }
  }

  private Outcome deliver(Mail mail) {
    Recipient recipient = mail.envelope().recipients().getFirst();
    return mailboxes.deliver(mail, recipient, () -> true).orElseThrow();
  }

  private String doveadm(String command, String subcommand) throws IOException {
    return dovecot.doveadm("-f", "tab", command, subcommand, "-u", address);
  }

  /** As Dovecot rounds them. */
  private static long kilobytes(long octets) {
    return Math.ceilDiv(octets, 1024);
  }

  private Path size() {
    return dovecot.maildir(address).resolve("maildirsize");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(dovecot.maildir(address))) {
      return files.filter(file -> file.toString().contains(",S=")).toList();
    }
  }

  private static String log() throws IOException {
    return String.join("\n", dovecot.process().lines());
  }

  private static byte[] text(int octets) {
    return ("Subject: hello\r\n\r\n" + "x".repeat(70).concat("\r\n").repeat(octets / 72))
        .getBytes(US_ASCII);
  }

  private Mail mail(int octets) {
    byte[] content = text(octets);
    return new Mail(
        Envelope.begin(
            MailId.next(),
            ReversePath.of("jimbo@example.org"),
            List.of(Recipient.of(EmailAddress.of(address))),
            new Client("127.0.9.1", "example.org", "mx", false),
            Body.of(content.length)),
        content);
  }
}
