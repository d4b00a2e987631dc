package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static postbus.imap.DovecotRig.LONG;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.Bounces;
import postbus.log.ContentStore;
import postbus.log.ContentsAway;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Event.What;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.site.Schedule;

/** Large mail for mailboxes while its content cannot be read: nothing is anybody's fault. */
@Timeout(60)
class StoreAwayTest {
  private static final String UNREAD = "451 4.3.0 the content cannot be read now";
  private static final String MARK = "mark@wikimedia.org";
  private static final String BRION = "brion@wikimedia.org";

  @TempDir Path data;
  private DovecotRig rig;
  private Mail mail;

  @BeforeEach
  void storeAMail() throws IOException {
    rig = new DovecotRig(data);
    mail = rig.stored("large", "Subject: large\r\n\r\nbody\r\n".getBytes(US_ASCII), MARK, BRION);
  }

  @Test
  void aMailWaitsWithoutAnAttemptAlsoWhenItsTimeIsOver() throws Exception {
    Files.move(data.resolve("content"), data.resolve("unmounted"));

    HandTaken.Recorded recorded = deliver(mail, rig.contents, Duration.ZERO);

    assertThat(recorded.story()).containsExactly(What.DEFERRED);
    assertThat(recorded.events.getFirst().detail()).isEqualTo(UNREAD);
    HandTaken.Recorded.Retry retry = recorded.retries.getFirst();
    assertThat(retry.mail().envelope()).isEqualTo(mail.envelope());
    assertThat(retry.due()).isBetween(Instant.now(), Instant.now().plus(Duration.ofMinutes(1)));
    assertThat(arrived("mark")).isZero();
  }

  @Test
  void whoHasTheMailDoesNotGetItAgain() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    ContentStore failing = new FailingStore(rig.contents, () -> reads.incrementAndGet() != 2);

    HandTaken.Recorded recorded = deliver(mail, failing, Duration.ofDays(5));

    assertThat(recorded.story()).containsExactly(What.DELIVERED, What.DEFERRED);
    Mail rest = recorded.retries.getFirst().mail();
    assertThat(rest.envelope().recipients()).containsExactly(Recipient.of(EmailAddress.of(BRION)));
    assertThat(deliver(rest, failing, Duration.ofDays(5)).story()).containsExactly(What.DELIVERED);
    assertThat(arrived("mark")).isEqualTo(1);
    assertThat(arrived("brion")).isEqualTo(1);
  }

  private HandTaken.Recorded deliver(Mail mail, ContentStore contents, Duration lifetime)
      throws Exception {
    Places places = new Places(4, new Places.Waits(LONG, LONG, LONG, LONG));
    LocalDelivery delivery =
        new LocalDelivery(
            new MaildirWay(new Mailboxes(data, contents, Quotas.OWN), places),
            new PipeDelivery(data, contents, List.of(), Duration.ZERO),
            new Conclusion(
                new Bounces(BridgeStage.SERVICE, "mchenry.wikimedia.org", contents::open),
                new Schedule(List.of(Duration.ofMinutes(7)), lifetime),
                new OverQuota(lifetime)));
    HandTaken taken = new HandTaken(mail, Topics.LOCAL);
    delivery.take(taken);
    return DovecotRig.end(taken);
  }

  private long arrived(String user) throws IOException {
    Path mailbox = data.resolve("mail/wikimedia.org/" + user + "/Maildir/new");
    if (Files.notExists(mailbox)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(mailbox)) {
      return all.count();
    }
  }

  /** Says, each time that it is to read, whether it can. */
  private record FailingStore(ContentStore store, Answer isThere) implements ContentStore {
    interface Answer {
      boolean now();
    }

    @Override
    public InputStream open(ContentRef content) throws IOException {
      if (!isThere.now()) {
        throw new ContentsAway("s3://secret: 503");
      }
      return store.open(content);
    }

    @Override
    public Writer begin(MailId id) throws IOException {
      return store.begin(id);
    }

    @Override
    public Optional<Instant> livesUntil(ContentRef content) throws IOException {
      return store.livesUntil(content);
    }

    @Override
    public int sweep(Instant now) throws IOException {
      return store.sweep(now);
    }

    @Override
    public void extend(ContentRef content) {
      store.extend(content);
    }
  }
}
