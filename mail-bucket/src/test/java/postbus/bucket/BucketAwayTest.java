package postbus.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentStore;
import postbus.log.ContentsAway;
import postbus.mail.ContentRef;
import postbus.mail.MailId;

/** What S3 does on bad days, and who has set something wrong. */
@Timeout(120)
class BucketAwayTest {
  private static S3Server server;

  @TempDir Path scratch;

  @BeforeAll
  static void start() {
    Metrics.addRegistry(new SimpleMeterRegistry());
    server = S3Server.begin();
  }

  @AfterAll
  static void end() {
    server.close();
  }

  private ContentBucket store() throws IOException {
    return server.contents("", scratch, InstantSource.system());
  }

  private ContentBucket at(URI endpoint, String bucket) throws IOException {
    ContentPlace.Bucket place = S3Server.place(bucket, "", endpoint, scratch);
    return new ContentBucket(place, Requests.to(place, S3Server.SHORT), InstantSource.system());
  }

  @Test
  @Timeout(20)
  void oneThatHangsHoldsUpNoStartForLong() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      ContentPlace.Bucket place = S3Server.place(S3Server.BUCKET, "", endpoint, scratch);
      Requests patient = Requests.to(place, RequestWaits.USUAL);
      assertThatCode(new ContentBucket(place, patient, InstantSource.system())::check)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void aServerThatIsKilledInTheMiddleOfAnUploadHasNothingUnderTheName() throws Exception {
    byte[] content = ContentStoreContract.content(4 * Upload.PART_OCTETS);
    MailId id = MailId.next();
    ContentStore store = store();
    var upload = CompletableFuture.supplyAsync(() -> write(store, id, content));
    await().atMost(20, TimeUnit.SECONDS).until(() -> !server.unfinished().isEmpty());
    server.goAway();
    assertThatThrownBy(upload::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseInstanceOf(IOException.class)
        .cause()
        .hasCauseInstanceOf(ContentsAway.class);
    server.comeBack();

    assertThat(store.livesUntil(new ContentRef(id.toString()))).isEmpty();
    // What the former server was writing is in its successor's way for a moment.
    await()
        .ignoreExceptions()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> {
          store.sweep(Instant.now().plus(Duration.ofDays(2)));
          return server.unfinished().isEmpty();
        });

    ContentRef again = write(store, id, content);
    assertThat(ContentStoreContract.read(store, again)).isEqualTo(content);
  }

  private static ContentRef write(ContentStore store, MailId id, byte[] content) {
    try {
      return ContentStoreContract.write(store, id, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aReaderGoesOnAfterAServerThatWasAwayForAMoment() throws Exception {
    byte[] content = ContentStoreContract.content(2 << 20);
    ContentStore store = store();
    ContentRef ref = write(store, MailId.next(), content);
    try (var in = store.open(ref)) {
      assertThat(in.readNBytes(100_000)).hasSize(100_000);
      server.goAway();
      assertThatThrownBy(in::readAllBytes).isInstanceOf(ContentsAway.class);
      server.comeBack();
    }
    assertThat(ContentStoreContract.read(store, ref)).isEqualTo(content);
  }

  @Test
  void aServerThatRefusesFailsOrIsSilentIsAway() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      assertThatThrownBy(() -> at(endpoint, S3Server.BUCKET).open(new ContentRef("any")))
          .isInstanceOf(ContentsAway.class);
    }
    isAway(at(URI.create("http://127.0.0.1:9"), S3Server.BUCKET));
    HttpServer failing = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    failing.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    failing.start();
    try {
      int port = failing.getAddress().getPort();
      isAway(at(URI.create("http://127.0.0.1:" + port), S3Server.BUCKET));
    } finally {
      failing.stop(0);
    }
  }

  @Test
  void whoIsInterruptedDoesNotSayThatTheBucketIsAway() throws Exception {
    ContentStore store = store();
    double before = alarms();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> store.open(new ContentRef("any"))).isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(alarms()).isEqualTo(before);
  }

  private static double alarms() {
    return Metrics.globalRegistry.counter("postbus.alarms", "kind", "contents-away").count();
  }

  /** A process starts all the same: the mails that it has may be small. */
  private static void isAway(ContentStore store) {
    ContentRef ref = new ContentRef(MailId.next().toString());
    assertThatCode(store::check).doesNotThrowAnyException();
    assertThatThrownBy(() -> store.open(ref)).isInstanceOf(ContentsAway.class);
    assertThatThrownBy(() -> store.livesUntil(ref)).isInstanceOf(ContentsAway.class);
    assertThatThrownBy(() -> store.extend(ref))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(ContentsAway.class);
    assertThatThrownBy(() -> ContentStoreContract.write(store, MailId.next(), new byte[10]))
        .isInstanceOf(ContentsAway.class);
  }

  @Test
  void aWrongBucketAndWrongCredentialsStopTheStart() throws Exception {
    assertThatThrownBy(() -> at(server.endpoint(), "not-there").check())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ContentsAway.class)
        .hasMessageContaining("s3://not-there: ")
        .hasMessageContaining("404");
    System.setProperty("aws.secretAccessKey", "wrong");
    try {
      assertThatThrownBy(() -> at(server.endpoint(), S3Server.BUCKET).check())
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(ContentsAway.class)
          .hasMessageContaining("403");
    } finally {
      System.setProperty("aws.secretAccessKey", S3Server.SECRET_ACCESS_KEY);
    }
  }

  @Test
  void aBucketThatIsNoMoreIsAwayAndItsContentsAreNotSaidToBeGone() throws Exception {
    ContentStore noMore = at(server.endpoint(), "deleted");
    assertThatThrownBy(() -> noMore.open(new ContentRef("some"))).isInstanceOf(ContentsAway.class);
    assertThatThrownBy(() -> noMore.livesUntil(new ContentRef("some")))
        .isInstanceOf(ContentsAway.class);
  }
}
