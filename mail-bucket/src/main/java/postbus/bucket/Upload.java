package postbus.bucket;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import postbus.log.ContentStore;
import postbus.log.ContentsAway;
import postbus.mail.ContentRef;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * A content on its way into a bucket: first into a file without a name on this machine, of which a
 * crash leaves nothing, and once it is whole from there into the bucket. So a client may take its
 * time, no content is in memory, and what fails can be sent again.
 *
 * <p>What is larger than a part is sent in parts. Nothing has the content's name before S3 has all
 * of it.
 */
final class Upload implements ContentStore.Writer {
  private static final Logger LOG = Logger.getLogger(Upload.class);

  /** What one request sends; S3 allows 10,000 parts, of 5 MiB at least but for the last. */
  static final int PART_OCTETS = 8 << 20;

  private final Requests requests;
  private final String bucket;
  private final ContentRef ref;
  private final String key;
  private final RandomAccessFile file;

  Upload(Requests requests, ContentPlace.Bucket place, ContentRef ref, String key)
      throws IOException {
    this.requests = requests;
    this.bucket = place.name();
    this.ref = ref;
    this.key = key;
    Path named = Files.createTempFile(Files.createDirectories(place.scratch()), ref.name(), "");
    this.file = new RandomAccessFile(named.toFile(), "rw");
    Files.delete(named);
  }

  @Override
  public void write(byte[] octets, int offset, int length) throws IOException {
    file.write(octets, offset, length);
  }

  @Override
  public ContentRef finish() throws IOException {
    long size = file.length();
    if (size <= PART_OCTETS) {
      requests.ask(s3 -> s3.putObject(to -> to.bucket(bucket).key(key), body(0, size)));
    } else {
      sendInParts(size);
    }
    file.close();
    return ref;
  }

  private void sendInParts(long size) throws IOException {
    Duration limit = requests.waits().upload();
    long deadline = System.nanoTime() + limit.toNanos();
    String upload =
        requests.ask(s3 -> s3.createMultipartUpload(to -> to.bucket(bucket).key(key))).uploadId();
    try {
      List<CompletedPart> parts = new ArrayList<>();
      for (long from = 0; from < size; from += PART_OCTETS) {
        if (System.nanoTime() - deadline > 0) {
          throw new ContentsAway(ref.name() + " is not taken within " + limit);
        }
        parts.add(send(upload, parts.size() + 1, from, Math.min(PART_OCTETS, size - from)));
      }
      requests.ask(s3 ->
          s3.completeMultipartUpload(to ->
              to.bucket(bucket)
                  .key(key)
                  .uploadId(upload)
                  .multipartUpload(all -> all.parts(parts))));
    } catch (IOException | RuntimeException e) {
      abort(upload);
      throw e;
    }
  }

  private CompletedPart send(String upload, int number, long from, long octets) throws IOException {
    String tag =
        requests
            .ask(s3 ->
                s3.uploadPart(
                    to -> to.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                    body(from, octets)))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).build();
  }

  private RequestBody body(long from, long octets) {
    return RequestBody.fromContentProvider(
        () -> new FileSlice(file, from, octets), octets, "message/rfc822");
  }

  private void abort(String upload) {
    try {
      requests.ask(
          s3 -> s3.abortMultipartUpload(to -> to.bucket(bucket).key(key).uploadId(upload)));
    } catch (ContentsAway e) {
      LOG.warnf("parts of %s stay until they are swept: %s", ref.name(), e.getMessage());
    } catch (IOException gone) {
      LOG.debugf(gone, "parts of %s", ref.name());
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
