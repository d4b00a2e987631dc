package postbus.bucket;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import postbus.log.ContentStore;
import postbus.mail.MailId;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Deletes the contents whose lease has run out, and uploads that were not finished for a day; a
 * page of the bucket's list at a time.
 *
 * <p>All processes do so, and the first one of them for all: it notes in the bucket when it began.
 * Two that begin at the same moment do no harm.
 *
 * <p>Limit: a lease that is extended in the milliseconds between the last look at a content and its
 * end comes too late. It had not been extended for {@link ContentStore#LEASE} and a day until then.
 */
final class Sweep {
  /** What no process sweeps again. */
  static final Duration EVERY = Duration.ofMinutes(30);

  static final Duration UNFINISHED_KEPT = Duration.ofDays(1);

  /** As many as S3 lists at once. */
  static final int PAGE = 1000;

  /** When a sweep began last. */
  private static final String SWEPT = ".swept";

  private final Requests requests;
  private final ContentPlace.Bucket place;
  private final int page;

  Sweep(Requests requests, ContentPlace.Bucket place, int page) {
    this.requests = requests;
    this.place = place;
    this.page = page;
  }

  /** How many contents and uploads it deleted. */
  int run(Instant now) throws IOException {
    String swept = place.prefix() + SWEPT;
    boolean isSwept =
        page(swept, Optional.empty()).contents().stream()
            .anyMatch(note -> note.lastModified().isAfter(now.minus(EVERY)));
    if (isSwept) {
      return 0;
    }
    requests.ask(s3 -> s3.putObject(to -> to.bucket(place.name()).key(swept), ContentBucket.NOTE));
    return contents(now) + uploads(now);
  }

  private int contents(Instant now) throws IOException {
    Instant oldest = now.minus(ContentStore.LEASE).minus(ContentBucket.EXTEND_AFTER);
    int deleted = 0;
    Optional<String> next = Optional.empty();
    do {
      ListObjectsV2Response page = page(place.prefix(), next);
      for (S3Object object : page.contents()) {
        if (isContent(object.key()) && isStillBefore(oldest, object)) {
          requests.ask(s3 -> s3.deleteObject(it -> it.bucket(place.name()).key(object.key())));
          deleted++;
        }
      }
      next = Optional.ofNullable(page.nextContinuationToken());
    } while (next.isPresent());
    return deleted;
  }

  private ListObjectsV2Response page(String prefix, Optional<String> next) throws IOException {
    return requests.ask(s3 ->
        s3.listObjectsV2(list ->
            list.bucket(place.name())
                .prefix(prefix)
                .maxKeys(page)
                .continuationToken(next.orElse(null))));
  }

  /** Not our notes, and not what somebody else keeps in the bucket. */
  private boolean isContent(String key) {
    return MailId.parse(key.substring(place.prefix().length())).isPresent();
  }

  /** Looked at again, since its lease may have been extended after the page was made. */
  private boolean isStillBefore(Instant oldest, S3Object object) throws IOException {
    return object.lastModified().isBefore(oldest)
        && page(object.key(), Optional.empty()).contents().stream()
            .anyMatch(
                again -> again.key().equals(object.key()) && again.lastModified().isBefore(oldest));
  }

  private int uploads(Instant now) throws IOException {
    int aborted = 0;
    Optional<ListMultipartUploadsResponse> last = Optional.empty();
    do {
      ListMultipartUploadsResponse page = uploads(last);
      for (MultipartUpload upload : old(page.uploads(), now)) {
        aborted += abort(upload) ? 1 : 0;
      }
      last = Optional.of(page).filter(ListMultipartUploadsResponse::isTruncated);
    } while (last.isPresent());
    return aborted;
  }

  /** False if somebody else has, or has finished it. */
  private boolean abort(MultipartUpload upload) throws IOException {
    try {
      requests.ask(s3 ->
          s3.abortMultipartUpload(
              it -> it.bucket(place.name()).key(upload.key()).uploadId(upload.uploadId())));
      return true;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  private ListMultipartUploadsResponse uploads(Optional<ListMultipartUploadsResponse> last)
      throws IOException {
    return requests.ask(s3 ->
        s3.listMultipartUploads(list ->
            list.bucket(place.name())
                .prefix(place.prefix())
                .keyMarker(last.map(ListMultipartUploadsResponse::nextKeyMarker).orElse(null))
                .uploadIdMarker(
                    last.map(ListMultipartUploadsResponse::nextUploadIdMarker).orElse(null))));
  }

  private List<MultipartUpload> old(List<MultipartUpload> uploads, Instant now) {
    Instant oldest = now.minus(UNFINISHED_KEPT);
    return uploads.stream()
        .filter(upload -> isContent(upload.key()) && upload.initiated().isBefore(oldest))
        .toList();
  }
}
