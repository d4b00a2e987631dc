package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Event.What;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters;
import postbus.mail.RecipientParameters.Notify;
import postbus.mail.ReversePath;
import postbus.site.Schedule;

class LocalDeliveryTest {
  private static final int WRITERS_MAX = Places.MAILBOX_WRITERS_MAX * 2;
  private static final Places.Waits WAITS =
      new Places.Waits(
          Duration.ofMillis(10), Duration.ofSeconds(30), Duration.ofHours(1), Duration.ofHours(1));
  private static final Duration RETRY = Duration.ofMinutes(7);
  private static final String CONTENT = "Subject: hello\r\n\r\nbody\r\n";
  private static final String MARK = "mark@wikimedia.org";
  private static final String BRION = "brion@wikimedia.org";

  @TempDir Path data;
  private ContentStore contents;

  @BeforeEach
  void openTheStore() throws IOException {
    contents = new ContentFolder(data.resolve("content"));
  }

  @Test
  void aMailIsInTheMailboxAndItsStorySaysWhere() throws Exception {
    HandTaken.Recorded recorded = end(take(mail(MARK)));

    assertThat(arrived(MARK)).singleElement().asString().endsWith(CONTENT);
    assertThat(recorded.story()).containsExactly(What.DELIVERED);
    assertThat(recorded.events.getFirst().detail()).startsWith("mail/wikimedia.org/mark/Maildir/");
    assertThat(recorded.mails).isEmpty();
    assertThat(recorded.retries).isEmpty();
  }

  @Test
  void whoAskedToHearOfSuccessIsToldThatTheMailHasArrivedAndNotWhere() throws Exception {
    Mail mail = mail(MARK, BRION);
    Recipient asking =
        new Recipient(
            EmailAddress.of(BRION),
            EmailAddress.of("bv@wikimedia.org"),
            new RecipientParameters(Set.of(Notify.SUCCESS), ""));
    Envelope envelope = mail.envelope();
    envelope = envelope.to(List.of(envelope.recipients().getFirst(), asking));
    HandTaken.Recorded recorded = end(take(new Mail(envelope, mail.content())));

    assertThat(recorded.story())
        .containsExactly(What.DELIVERED, What.DELIVERED, What.BOUNCE_WRITTEN);
    assertThat(new String(recorded.mails.getFirst().mail().content(), US_ASCII))
        .contains("Final-Recipient: rfc822; bv@wikimedia.org\r\nAction: delivered\r\n")
        .doesNotContain(MARK, BRION, "Maildir");
  }

  @Test
  void aMailWhoseOutcomeWasNotRecordedIsNotDeliveredTwice() throws Exception {
    Mail mail = mail(MARK);
    end(take(mail));

    assertThat(end(take(mail)).story()).containsExactly(What.DELIVERED);
    assertThat(arrived(MARK)).hasSize(1);
  }

  @Test
  void aStoredContentIsTakenFromTheStore() throws Exception {
    byte[] large = new byte[3 << 20];
    Arrays.fill(large, (byte) 'x');
    Mail mail = stored("large", MARK);
    Files.write(data.resolve("content/large"), large);

    end(take(mail));

    assertThat(arrived(MARK)).singleElement().asString().endsWith(new String(large, US_ASCII));
  }

  @Test
  void whatCannotBeWrittenNowWaitsInTheRetryTopic() throws Exception {
    blockMailboxOf("mark");
    Mail mail = mail(MARK);

    HandTaken.Recorded recorded = end(take(mail));

    assertThat(recorded.story()).containsExactly(What.DEFERRED);
    assertThat(recorded.events.getFirst().detail()).startsWith("451 4.3.0");
    HandTaken.Recorded.Retry retry = recorded.retries.getFirst();
    assertThat(retry.topic()).isEqualTo(Topics.LOCAL);
    assertThat(retry.key()).isEqualTo(mail.envelope().id().toString());
    assertThat(retry.mail().envelope().attempts()).isEqualTo(1);
    assertThat(retry.due())
        .isBetween(Instant.now().plus(RETRY.minusMinutes(1)), Instant.now().plus(RETRY));
  }

  @Test
  void aContentThatTheStoreHasLostIsLookedForLater() throws Exception {
    HandTaken.Recorded recorded = end(take(stored("lost", MARK)));

    assertThat(recorded.story()).containsExactly(What.DEFERRED);
    assertThat(arrived(MARK)).isEmpty();
  }

  @Test
  void atTheEndOfItsLifetimeTheSenderIsTold() throws Exception {
    blockMailboxOf("mark");

    HandTaken.Recorded recorded = end(take(mail(MARK), delivery(Duration.ZERO)));

    assertThat(recorded.retries).isEmpty();
    assertThat(recorded.story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
    HandTaken.Recorded.Sent bounce = recorded.mails.getFirst();
    assertThat(bounce.topic()).isEqualTo(Topics.REINJECTED);
    assertThat(bounce.mail().envelope().recipients())
        .containsExactly(Recipient.of(EmailAddress.of("jimbo@example.org")));
    assertThat(new String(bounce.mail().content(), US_ASCII)).contains(MARK, "4.3.0");
  }

  @Test
  void anAddressThatCanBeNoFolderFailsAtOnce() throws Exception {
    HandTaken.Recorded recorded = end(take(mail("\"../x\"@wikimedia.org")));

    assertThat(recorded.story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
    assertThat(recorded.events.getFirst().detail()).startsWith("550 5.1.3");
  }

  @Test
  void eachOfSeveralRecipientsHasAnOutcomeOfItsOwn() throws Exception {
    blockMailboxOf("brion");

    HandTaken.Recorded recorded = end(take(mail(MARK, BRION, "\"../x\"@wikimedia.org")));

    assertThat(arrived(MARK)).hasSize(1);
    assertThat(recorded.story())
        .containsExactlyInAnyOrder(
            What.DELIVERED, What.DEFERRED, What.BOUNCED, What.BOUNCE_WRITTEN);
    assertThat(recorded.retries.getFirst().mail().envelope().recipients())
        .containsExactly(Recipient.of(EmailAddress.of(BRION)));
  }

  @Test
  void whatBelongsToAnotherOwnerNowIsAbandonedAndNothingOfItStays() throws Exception {
    HandTaken taken = new HandTaken(mail(MARK), Topics.LOCAL);
    taken.isOurs = false;

    delivery(Duration.ofDays(5)).take(taken);

    await().atMost(Duration.ofSeconds(30)).until(taken.ended::isDone);
    assertThat(taken.ended).isCancelled();
    assertThat(files("mail/wikimedia.org/mark/Maildir")).isEmpty();
  }

  @Test
  void aMailboxThatHangsDelaysNoOther() throws Exception {
    Path pipe = data.resolve("content/pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    LocalDelivery delivery = delivery(Duration.ofDays(5));
    List<HandTaken> hanging = new ArrayList<>();
    try (var _ = new RandomAccessFile(pipe.toFile(), "rw")) {
      for (int i = 0; i < Places.MAILBOX_WRITERS_MAX; i++) {
        hanging.add(take(stored("pipe", MARK), delivery));
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              files("mail/wikimedia.org/mark/Maildir/tmp").size() == Places.MAILBOX_WRITERS_MAX);

      HandTaken one = take(mail(MARK), delivery);
      assertThat(end(take(mail(BRION), delivery)).story()).containsExactly(What.DELIVERED);
      assertThat(end(one).story()).as("steps aside").containsExactly(What.DEFERRED);
      assertThat(hanging).noneMatch(taken -> taken.ended.isDone());
      Files.delete(pipe);
      Files.writeString(pipe, CONTENT);
    }
    for (HandTaken taken : hanging) {
      assertThat(end(taken).story()).containsExactly(What.DELIVERED);
    }
  }

  @Test
  void aMailForAMailboxWithoutAPlaceStepsAside() throws Exception {
    Places places = new Places(WRITERS_MAX, WAITS);
    for (int i = 0; i < Places.MAILBOX_WRITERS_MAX; i++) {
      assertThat(places.enter(EmailAddress.of("Mark@wikimedia.org")))
          .isInstanceOf(Places.Place.class);
    }

    HandTaken.Recorded recorded =
        end(take(mail(MARK, BRION), delivery(Duration.ofDays(5), places)));

    assertThat(recorded.story()).containsExactly(What.DELIVERED, What.DEFERRED);
    assertThat(recorded.events.getLast().detail()).startsWith("450 4.2.0");
    HandTaken.Recorded.Retry retry = recorded.retries.getFirst();
    assertThat(retry.mail().envelope().recipients())
        .containsExactly(Recipient.of(EmailAddress.of(MARK)));
    assertThat(retry.mail().envelope().attempts()).as("it was not tried").isZero();
    assertThat(retry.due()).isBefore(Instant.now().plus(Places.ASIDE_LEAST.multipliedBy(2)));
  }

  private HandTaken take(Mail mail) {
    return take(mail, delivery(Duration.ofDays(5)));
  }

  private static HandTaken take(Mail mail, LocalDelivery delivery) {
    HandTaken taken = new HandTaken(mail, Topics.LOCAL);
    delivery.take(taken);
    return taken;
  }

  private static HandTaken.Recorded end(HandTaken taken) throws Exception {
    return taken.ended.get(60, TimeUnit.SECONDS);
  }

  private LocalDelivery delivery(Duration lifetime) {
    return delivery(lifetime, new Places(WRITERS_MAX, WAITS));
  }

  private LocalDelivery delivery(Duration lifetime, Places places) {
    return new LocalDelivery(
        new MaildirWay(new Mailboxes(data, contents, Quotas.OWN), places),
        new PipeDelivery(data, contents, List.of(), Duration.ZERO),
        new Conclusion(
            new Bounces(BridgeStage.SERVICE, "mchenry.wikimedia.org", contents::open),
            new Schedule(List.of(RETRY), lifetime),
            new OverQuota(lifetime)));
  }

  /** Where the mailbox's folder should be there is a file. */
  private void blockMailboxOf(String user) throws IOException {
    Files.createDirectories(data.resolve("mail/wikimedia.org"));
    Files.createFile(data.resolve("mail/wikimedia.org").resolve(user));
  }

  private List<String> arrived(String address) throws IOException {
    List<String> mails = new ArrayList<>();
    String user = address.substring(0, address.indexOf('@'));
    for (Path file : files("mail/wikimedia.org/" + user + "/Maildir/new")) {
      mails.add(Files.readString(file));
    }
    return mails;
  }

  private List<Path> files(String folder) throws IOException {
    if (Files.notExists(data.resolve(folder))) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(data.resolve(folder))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Mail mail(String... recipients) {
    return new Mail(envelope(Body.of(CONTENT.length()), recipients), CONTENT.getBytes(US_ASCII));
  }

  private static Mail stored(String name, String recipient) {
    Body body = Body.of(3 << 20).storedAt(new ContentRef(name));
    return new Mail(envelope(body, recipient), new byte[0]);
  }

  private static Envelope envelope(Body body, String... recipients) {
    return Envelope.begin(
        MailId.next(),
        ReversePath.of("jimbo@example.org"),
        Stream.of(recipients).map(EmailAddress::of).map(Recipient::of).toList(),
        new Client("127.0.9.1", "example.org", "mx", false),
        body);
  }
}
