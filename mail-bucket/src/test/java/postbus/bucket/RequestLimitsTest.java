package postbus.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentStore;
import postbus.log.ContentsAway;
import postbus.mail.ContentRef;
import postbus.mail.MailId;

/** Limits of our own that are reached while S3 does what it should. */
@Timeout(60)
class RequestLimitsTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir Path scratch;

  @Test
  void whoGetsNoTurnAmongManyDoesNotSayThatTheBucketIsAway() throws Exception {
    Metrics.addRegistry(new SimpleMeterRegistry());
    System.setProperty("aws.accessKeyId", S3Server.ACCESS_KEY_ID);
    System.setProperty("aws.secretAccessKey", S3Server.SECRET_ACCESS_KEY);
    CountDownLatch asked = new CountDownLatch(Requests.CONNECTIONS_MAX);
    CountDownLatch answered = new CountDownLatch(1);
    double before = alarms();
    HttpServer slow =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    slow.createContext(
        "/",
        exchange -> {
          asked.countDown();
          awaitQuietly(answered);
          exchange.close();
        });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      slow.setExecutor(threads);
      slow.start();
      try {
        URI endpoint = URI.create("http://127.0.0.1:" + slow.getAddress().getPort());
        ContentBucket store =
            store(endpoint, new RequestWaits(SHORT, LONG, LONG, LONG, 1, LONG, LONG));
        for (int i = 0; i < Requests.CONNECTIONS_MAX; i++) {
          threads.execute(() -> askInVain(store));
        }
        assertThat(asked.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> store.open(new ContentRef("another")))
            .isInstanceOf(ContentsAway.class)
            .hasMessageContaining("busy");
        assertThat(alarms()).isEqualTo(before);
      } finally {
        answered.countDown();
        slow.stop(0);
      }
    }
  }

  private static void askInVain(ContentStore store) {
    try (InputStream content = store.open(new ContentRef("any"))) {
      throw new AssertionError("nobody has answered with " + content);
    } catch (IOException e) {
      // As it is to be: the connection was closed.
    }
  }

  @Test
  void anUploadThatTakesTooLongEndsAndLeavesNoParts() throws Exception {
    try (S3Server server = S3Server.begin()) {
      ContentBucket store =
          store(
              server.endpoint(), new RequestWaits(LONG, LONG, LONG, LONG, 1, LONG, Duration.ZERO));
      byte[] content = new byte[2 * Upload.PART_OCTETS];
      assertThatThrownBy(() -> ContentStoreContract.write(store, MailId.next(), content))
          .isInstanceOf(ContentsAway.class)
          .hasMessageContaining("is not taken within");
      assertThat(server.unfinished()).isEmpty();
    }
  }

  private ContentBucket store(URI endpoint, RequestWaits waits) throws Exception {
    ContentPlace.Bucket place = S3Server.place(S3Server.BUCKET, "", endpoint, scratch);
    return new ContentBucket(place, Requests.to(place, waits), InstantSource.system());
  }

  private static double alarms() {
    return Metrics.globalRegistry.counter("postbus.alarms", "kind", "contents-away").count();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
