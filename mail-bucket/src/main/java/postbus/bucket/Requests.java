package postbus.bucket;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import postbus.log.ContentsAway;
import postbus.log.StoreReach;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Asks a bucket, within limits of time, tries and connections. What fails is the store's being
 * away, whatever the reason, unless the store says that there is no such content.
 */
final class Requests {
  /** Requests at the same time; further ones wait for their turn. */
  static final int CONNECTIONS_MAX = 64;

  /** What those who ask for a region expect where there is an endpoint and no region. */
  private static final String ANY_REGION = "us-east-1";

  private final S3Client s3;
  private final ContentPlace.Bucket place;
  private final RequestWaits waits;
  private final StoreReach reach;
  private final Semaphore turns = new Semaphore(CONNECTIONS_MAX);

  private Requests(S3Client s3, ContentPlace.Bucket place, RequestWaits waits) {
    this.s3 = s3;
    this.place = place;
    this.waits = waits;
    this.reach = new StoreReach(place);
  }

  /**
   * @throws IOException if there are no credentials, or no region
   */
  static Requests to(ContentPlace.Bucket place, RequestWaits waits) throws IOException {
    try {
      DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
      var _ = credentials.resolveCredentials();
      S3ClientBuilder s3 =
          S3Client.builder()
              .credentialsProvider(credentials)
              .forcePathStyle(place.isPathStyle())
              .httpClientBuilder(
                  Apache5HttpClient.builder()
                      .maxConnections(CONNECTIONS_MAX)
                      .connectionAcquisitionTimeout(waits.turn())
                      .connectionTimeout(waits.connect())
                      .socketTimeout(waits.silence()))
              // Those of today are not understood by all that speak the protocol.
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
              .overrideConfiguration(with ->
                  with.apiCallAttemptTimeout(waits.oneTry())
                      .apiCallTimeout(waits.request())
                      .retryStrategy(
                          DefaultRetryStrategy.standardStrategyBuilder()
                              .maxAttempts(waits.triesMax())
                              .build()));
      place.endpoint().ifPresent(s3::endpointOverride);
      place
          .region()
          .or(() -> place.endpoint().map(_ -> ANY_REGION))
          .map(Region::of)
          .ifPresent(s3::region);
      return new Requests(s3.build(), place, waits);
    } catch (SdkException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  RequestWaits waits() {
    return waits;
  }

  /**
   * What the bucket answers.
   *
   * @throws NoSuchFileException if it says that there is no such content, or upload
   * @throws ContentsAway if it does not do what was asked, or did not lately
   */
  <T> T ask(Function<S3Client, T> request) throws IOException {
    awaitTurn();
    int asked = 0;
    try {
      asked = reach.mayAsk();
      T answer = request.apply(s3);
      reach.answered();
      return answer;
    } catch (NoSuchKeyException | NoSuchUploadException gone) {
      reach.answered();
      throw new NoSuchFileException(place.toString());
    } catch (AbortedException e) {
      // Whoever asked was told to give up; that says nothing about S3.
      throw new ContentsAway(place + ": " + e.getMessage(), e);
    } catch (SdkException e) {
      throw reach.failed(e, asked);
    } finally {
      turns.release();
    }
  }

  /** That many ask says nothing about S3 either. */
  private void awaitTurn() throws ContentsAway {
    try {
      if (!turns.tryAcquire(waits.turn().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ContentsAway(place + " is busy with " + CONNECTIONS_MAX + " requests of ours");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContentsAway(place + ": interrupted", e);
    }
  }
}
