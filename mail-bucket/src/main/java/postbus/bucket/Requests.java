package postbus.bucket;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jboss.logging.Logger;
import postbus.log.Alarm;
import postbus.log.ContentsAway;
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
  private static final Logger LOG = Logger.getLogger(Requests.class);

  /** Requests at the same time; further ones wait for a connection. */
  static final int CONNECTIONS_MAX = 64;

  /** What those who ask for a region expect where there is an endpoint and no region. */
  private static final String ANY_REGION = "us-east-1";

  private final S3Client s3;
  private final ContentPlace.Bucket place;
  private final AtomicBoolean isAway = new AtomicBoolean();

  private Requests(S3Client s3, ContentPlace.Bucket place) {
    this.s3 = s3;
    this.place = place;
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
                      .connectionAcquisitionTimeout(waits.connection())
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
      return new Requests(s3.build(), place);
    } catch (SdkException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * What the bucket answers.
   *
   * @throws NoSuchFileException if it says that there is no such content, or upload
   * @throws ContentsAway if it does not do what was asked
   */
  <T> T ask(Function<S3Client, T> request) throws IOException {
    try {
      T answer = request.apply(s3);
      answered();
      return answer;
    } catch (NoSuchKeyException | NoSuchUploadException gone) {
      answered();
      throw new NoSuchFileException(place.toString());
    } catch (SdkException e) {
      ContentsAway away = new ContentsAway(place + ": " + e.getMessage(), e);
      // Whoever asked may have been told to give up; that says nothing about S3.
      if (!(e instanceof AbortedException) && !isAway.getAndSet(true)) {
        Alarm.CONTENTS_AWAY.raise(LOG, "%s", away.getMessage());
      }
      throw away;
    }
  }

  private void answered() {
    if (isAway.get() && isAway.getAndSet(false)) {
      LOG.infof("%s answers again.", place);
    }
  }
}
