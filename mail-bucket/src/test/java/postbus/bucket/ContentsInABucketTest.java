package postbus.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentStore;
import postbus.mail.ContentRef;
import postbus.mail.MailId;

/** Contents in a real server of S3. */
@Timeout(120)
class ContentsInABucketTest implements ContentStoreContract {
  private static S3Server server;

  @TempDir Path scratch;

  @BeforeAll
  static void start() {
    server = S3Server.begin();
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @Override
  public ContentStore store() throws IOException {
    return at(InstantSource.system());
  }

  private ContentBucket at(InstantSource clock) throws IOException {
    // Each test, whatever it calls store() for, has a part of the bucket to itself.
    return server.contents(scratch.getFileName() + "/", scratch, clock);
  }

  @Test
  void aLargeContentGoesInPartsAndIsNeverWholeInMemoryNorOnDiskUnderAName() throws IOException {
    byte[] content = ContentStoreContract.content(2 * Upload.PART_OCTETS + 1);
    MailId id = MailId.next();
    try (ContentStore.Writer writer = store().begin(id)) {
      writer.write(content, 0, content.length);
      assertThat(scratch).isEmptyDirectory();
      writer.finish();
    }

    assertThat(ContentStoreContract.read(store(), new ContentRef(id.toString())))
        .isEqualTo(content);
    assertThat(server.unfinished()).isEmpty();
  }

  @Test
  void whoReadsSlowlyOrOnlyTheHeaderHoldsNoConnection() throws IOException {
    ContentStore store = store();
    ContentRef ref =
        ContentStoreContract.write(store, MailId.next(), ContentStoreContract.content(100_000));
    InputStream[] readers = new InputStream[Requests.CONNECTIONS_MAX + 10];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = store.open(ref);
      assertThat(readers[i].read()).isNotNegative();
    }
    for (InputStream reader : readers) {
      assertThat(reader.readAllBytes()).hasSize(99_999);
      reader.close();
    }
  }

  @Test
  void aLeaseIsExtendedOnceADayAndLastsForADayMore() throws IOException {
    ContentRef ref =
        ContentStoreContract.write(store(), MailId.next(), ContentStoreContract.content(10));
    Instant first = store().livesUntil(ref).orElseThrow();
    ContentStore tomorrow = at(InstantSource.offset(InstantSource.system(), Duration.ofHours(25)));

    // S3 tells whole seconds.
    await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> {
          store().extend(ref);
          assertThat(store().livesUntil(ref)).hasValue(first);
          tomorrow.extend(ref);
          return store().livesUntil(ref).orElseThrow().isAfter(first);
        });

    assertThat(ContentStoreContract.read(store(), ref)).isEqualTo(ContentStoreContract.content(10));
    assertThat(store().sweep(first.plus(Duration.ofHours(23)))).isZero();
  }

  @Test
  void onlyOneOfManyProcessesSweepsAndOnlyWhatIsOurs() throws IOException {
    ContentStore store = store();
    store.check();
    for (int i = 0; i < 3; i++) {
      ContentStoreContract.write(store, MailId.next(), ContentStoreContract.content(10));
    }
    server.put(scratch.getFileName() + "/of-others/" + MailId.next(), "theirs");
    server.put(scratch.getFileName() + "/theirs", "theirs");
    Instant later = Instant.now().plus(ContentStore.LEASE).plus(Duration.ofDays(2));

    assertThat(store().sweep(later)).isEqualTo(3);
    assertThat(server.has(scratch.getFileName() + "/theirs")).isTrue();
    ContentStoreContract.write(store, MailId.next(), ContentStoreContract.content(10));
    // Somebody has begun a moment ago.
    assertThat(store().sweep(Instant.now())).isZero();
    assertThat(store().sweep(later)).isEqualTo(1);
  }

  @Test
  void aLongListIsSweptPageByPage() throws IOException {
    var place = server.place(scratch.getFileName() + "/", scratch);
    for (int i = 0; i < 5; i++) {
      server.put(place.prefix() + MailId.next(), "x");
      server.beginUpload(place, MailId.next().toString());
    }
    Sweep sweep = new Sweep(Requests.to(place, RequestWaits.USUAL), place, 2);

    assertThat(sweep.run(Instant.now().plus(Duration.ofDays(16)))).isEqualTo(10);
  }

  @Test
  void uploadsThatNobodyFinishedAreAbortedAfterADay() throws IOException {
    String upload =
        server.beginUpload(
            server.place(scratch.getFileName() + "/", scratch), MailId.next().toString());

    assertThat(store().sweep(Instant.now())).isZero();
    assertThat(server.unfinished()).contains(upload);
    assertThat(store().sweep(Instant.now().plus(Duration.ofHours(25)))).isEqualTo(1);
    assertThat(server.unfinished()).doesNotContain(upload);
  }

  @Test
  void theSettingsLeadToTheBucket() throws IOException {
    Map<String, String> settings = server.settings();
    ContentStore store =
        ContentPlace.of(scratch, name -> java.util.Optional.ofNullable(settings.get(name))).open();
    store.check();

    ContentRef ref =
        ContentStoreContract.write(store, MailId.next(), ContentStoreContract.content(10));

    assertThat(store).hasToString("s3://" + S3Server.BUCKET + "/postbus");
    assertThat(server.has("postbus/" + ref.name())).isTrue();
    assertThat(Files.list(scratch.resolve("content").resolve("tmp"))).isEmpty();
  }
}
