package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.Bounces;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Event.What;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.site.Schedule;

/** Mails for mailboxes that may hold so much: what fits, what waits, and what goes back. */
class QuotaDeliveryTest {
  private static final Duration LIFETIME = Duration.ofDays(1);
  private static final String MARK = "mark@wikimedia.org";
  private static final String BRION = "brion@wikimedia.org";
  private static final int QUOTA = 1500;

  @TempDir Path data;
  private ContentStore contents;

  @BeforeEach
  void openTheStore() throws IOException {
    contents = new ContentFolder(data.resolve("content"));
  }

  @Test
  void mailsAreCountedAndOneThatDoesNotFitWaitsUntilItsOwnerMakesRoom() throws Exception {
    assertThat(end(mail(1000, MARK)).story()).containsExactly(What.DELIVERED);
    Mail late = mail(1000, MARK);

    HandTaken.Recorded recorded = end(late);
    assertThat(recorded.story()).containsExactly(What.DEFERRED);
    assertThat(recorded.events.getFirst().detail())
        .isEqualTo("452 4.2.2 the mailbox is over quota");
    assertThat(recorded.retries).hasSize(1);
    assertThat(files(MARK, "tmp")).isEmpty();

    Files.delete(files(MARK, "new").getFirst());
    Files.writeString(root(MARK).resolve("maildirsize"), "-1100 -1\n", StandardOpenOption.APPEND);
    assertThat(end(recorded.retries.getFirst().mail()).story()).containsExactly(What.DELIVERED);
    Path there = files(MARK, "new").getFirst();
    assertThat(root(MARK).resolve("maildirsize"))
        .content()
        .endsWith("\n" + Files.size(there) + " 1\n");
  }

  @Test
  void whoseOwnerMakesNoRoomInTimeGoesBackToItsSender() throws Exception {
    end(mail(1000, MARK));

    HandTaken.Recorded recorded = end(mail(1000, MARK), Duration.ZERO);

    assertThat(recorded.story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
    assertThat(recorded.retries).isEmpty();
    assertThat(new String(recorded.mails.getFirst().mail().content(), US_ASCII))
        .contains("Status: 5.2.2\r\n");
  }

  @Test
  void aMailThatNoMailboxCouldEverHoldGoesBackAtOnce() throws Exception {
    HandTaken.Recorded recorded = end(mail(2 * QUOTA, MARK));

    assertThat(recorded.story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
    assertThat(recorded.events.getFirst().detail()).startsWith("552 5.2.3");
  }

  @Test
  void oneRecipientOverQuotaDelaysNoOther() throws Exception {
    end(mail(1000, MARK));

    HandTaken.Recorded recorded = end(mail(1000, MARK, BRION));

    assertThat(files(BRION, "new")).hasSize(1);
    assertThat(recorded.retries.getFirst().mail().envelope().recipients())
        .containsExactly(Recipient.of(EmailAddress.of(MARK)));
  }

  @Test
  void aMailThatFilledItsMailboxBeforeACrashFindsItselfAndIsCountedOnce() throws Exception {
    Mail mail = mail(1000, MARK);
    end(mail);
    Path size = root(MARK).resolve("maildirsize");
    String before = Files.readString(size);

    assertThat(end(mail).story()).containsExactly(What.DELIVERED);
    assertThat(files(MARK, "new")).hasSize(1);
    assertThat(size).hasContent(before);
  }

  @Test
  void whatACrashLeftUncountedIsCountedBeforeTheMailboxIsCalledFull() throws Exception {
    end(mail(1000, MARK));
    Path size = root(MARK).resolve("maildirsize");
    Files.writeString(size, QUOTA + "S\n0 0\n");

    assertThat(end(mail(1000, MARK)).story()).containsExactly(What.DELIVERED);
    assertThat(end(mail(1000, MARK)).story()).containsExactly(What.DEFERRED);
    assertThat(Files.readString(size)).matches(QUOTA + "S\n2[01]\\d\\d 2\n");
  }

  @Test
  void aPipeInThePlaceOfTheSizeKeepsNobodyWaiting() throws Exception {
    Files.createDirectories(root(MARK));
    Path pipe = root(MARK).resolve("maildirsize");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThat(end(mail(100, MARK)).events.getFirst().detail()).startsWith("451 4.3.0");
    Files.delete(pipe);
    assertThat(end(mail(100, MARK)).story()).containsExactly(What.DELIVERED);
  }

  private HandTaken.Recorded end(Mail mail) throws Exception {
    return end(mail, LIFETIME);
  }

  private HandTaken.Recorded end(Mail mail, Duration lifetime) throws Exception {
    HandTaken taken = new HandTaken(mail, Topics.LOCAL);
    delivery(lifetime).take(taken);
    return taken.ended.get(60, TimeUnit.SECONDS);
  }

  private LocalDelivery delivery(Duration lifetime) {
    return new LocalDelivery(
        new MaildirWay(
            new Mailboxes(data, contents, _ -> OptionalLong.of(QUOTA)),
            new Places(8, DovecotRig.WAITS)),
        new PipeDelivery(data, contents, List.of(), Duration.ZERO),
        new Conclusion(
            new Bounces(BridgeStage.SERVICE, "mchenry.wikimedia.org", contents::open),
            new Schedule(List.of(Duration.ofMinutes(7)), Duration.ofDays(5)),
            new OverQuota(lifetime)));
  }

  private Path root(String address) {
    String user = address.substring(0, address.indexOf('@'));
    return data.resolve("mail/wikimedia.org/" + user + "/Maildir");
  }

  private List<Path> files(String address, String part) throws IOException {
    try (Stream<Path> files = Files.list(root(address).resolve(part))) {
      return files.toList();
    }
  }

  private static Mail mail(int octets, String... recipients) {
    Envelope envelope =
        Envelope.begin(
            MailId.next(),
            ReversePath.of("jimbo@example.org"),
            Stream.of(recipients).map(EmailAddress::of).map(Recipient::of).toList(),
            new Client("127.0.9.1", "example.org", "mx", false),
            Body.of(octets));
    return new Mail(envelope, "x".repeat(octets).getBytes(US_ASCII));
  }
}
