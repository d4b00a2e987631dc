package postbus.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import postbus.log.ContentStore;
import postbus.log.ContentsAway;
import postbus.mail.ContentRef;
import postbus.mail.MailId;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Large contents as objects of a bucket.
 *
 * <p>An object has its name once S3 holds all of it, so two writers of one content do not cut each
 * other short. When the lease was last extended is when S3 says that the object was last modified:
 * copying it onto itself makes that now. As a copy is work for S3, a lease is extended when more
 * than {@link #EXTEND_AFTER} of it has passed, and lasts for so much longer; so it always has a
 * full one left.
 */
final class ContentBucket implements ContentStore {
  static final Duration EXTEND_AFTER = Duration.ofDays(1);

  /** Written at each start, to see that it may be. */
  private static final String CHECKED = ".checked";

  /** In our notes; over http Ceph 16.2 refuses objects that are signed and empty. */
  static final RequestBody NOTE = RequestBody.fromString("postbus");

  /** For each of its two answers at a start; one that hangs now may answer later. */
  private static final Duration CHECK_WAIT = Duration.ofSeconds(5);

  private final ContentPlace.Bucket place;
  private final Requests requests;
  private final InstantSource clock;

  ContentBucket(ContentPlace.Bucket place, Requests requests, InstantSource clock) {
    this.place = place;
    this.requests = requests;
    this.clock = clock;
  }

  /**
   * @throws IOException if nobody says who we are
   */
  static ContentBucket open(ContentPlace.Bucket place) throws IOException {
    return new ContentBucket(place, Requests.to(place, RequestWaits.USUAL), InstantSource.system());
  }

  /** A bucket that is away now may be there later; one that is not ours, or not there, is wrong. */
  @Override
  public void check() throws IOException {
    try {
      var _ =
          requests.ask(s3 ->
              s3.listObjectsV2(list ->
                  list.bucket(place.name())
                      .prefix(key(CHECKED))
                      .maxKeys(1)
                      .overrideConfiguration(with -> with.apiCallTimeout(CHECK_WAIT))));
      requests.ask(s3 ->
          s3.putObject(
              to ->
                  to.bucket(place.name())
                      .key(key(CHECKED))
                      .overrideConfiguration(with -> with.apiCallTimeout(CHECK_WAIT)),
              NOTE));
    } catch (ContentsAway e) {
      if (e.getCause() instanceof S3Exception refusal && isOurMistake(refusal.statusCode())) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  private static boolean isOurMistake(int status) {
    return status >= 300 && status < 500 && status != 408 && status != 429;
  }

  @Override
  public Writer begin(MailId mail) throws IOException {
    ContentRef ref = new ContentRef(mail.toString());
    return new Upload(requests, place, ref, key(ref.name()));
  }

  @Override
  public InputStream open(ContentRef content) throws IOException {
    return new Download(requests, place.name(), key(content.name()));
  }

  @Override
  public void extend(ContentRef content) {
    try {
      Instant modified =
          modified(content)
              .orElseThrow(() -> new NoSuchFileException(place + "/" + content.name()));
      if (modified.isBefore(clock.instant().minus(EXTEND_AFTER))) {
        String key = key(content.name());
        requests.ask(s3 ->
            s3.copyObject(copy ->
                copy.sourceBucket(place.name())
                    .sourceKey(key)
                    .destinationBucket(place.name())
                    .destinationKey(key)
                    .metadataDirective(MetadataDirective.REPLACE)));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot extend the lease of " + content.name(), failure);
    }
  }

  @Override
  public Optional<Instant> livesUntil(ContentRef content) throws IOException {
    return modified(content).map(modified -> modified.plus(LEASE));
  }

  /** By a list, which tells an object that is gone from a bucket that is, as HEAD does not. */
  private Optional<Instant> modified(ContentRef content) throws IOException {
    return list(content.name()).contents().stream()
        .filter(object -> object.key().equals(key(content.name())))
        .map(S3Object::lastModified)
        .findFirst();
  }

  private ListObjectsV2Response list(String name) throws IOException {
    return requests.ask(
        s3 -> s3.listObjectsV2(list -> list.bucket(place.name()).prefix(key(name)).maxKeys(1)));
  }

  @Override
  public int sweep(Instant now) throws IOException {
    return new Sweep(requests, place, Sweep.PAGE).run(now);
  }

  private String key(String name) {
    return place.prefix() + name;
  }

  @Override
  public String toString() {
    return place.toString();
  }
}
