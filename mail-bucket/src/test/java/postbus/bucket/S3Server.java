package postbus.bucket;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.MultipartUpload;
import postbus.testkit.FreePort;

/**
 * A real server of S3 on loopback, with contents in memory. It can be away, and be back with what
 * it had.
 */
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "mail-contents";

  /** The credentials that it knows, as AWS's system properties. */
  public static final String ACCESS_KEY_ID = "postbus-test";

  public static final String SECRET_ACCESS_KEY = "secret-of-the-test";

  static final RequestWaits SHORT =
      new RequestWaits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          2,
          Duration.ofSeconds(20),
          Duration.ofSeconds(30));

  private final BlobStoreContext blobs;
  private final int port;
  private S3Proxy server;

  private S3Server(BlobStoreContext blobs, int port) {
    this.blobs = blobs;
    this.port = port;
    this.server = start();
  }

  /** Starts one with an empty bucket; this JVM has its credentials then. */
  public static S3Server begin() {
    System.setProperty("aws.accessKeyId", ACCESS_KEY_ID);
    System.setProperty("aws.secretAccessKey", SECRET_ACCESS_KEY);
    BlobStoreContext blobs =
        ContextBuilder.newBuilder("transient-nio2")
            .credentials("any", "any")
            .build(BlobStoreContext.class);
    blobs.getBlobStore().createContainerInLocation(null, BUCKET);
    return new S3Server(blobs, FreePort.of("127.0.0.1"));
  }

  private S3Proxy start() {
    try {
      S3Proxy made =
          S3Proxy.builder()
              .blobStore(blobs.getBlobStore())
              .endpoint(endpoint())
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY_ID, SECRET_ACCESS_KEY)
              .build();
      made.start();
      return made;
    } catch (Exception e) {
      throw new IllegalStateException("the server of S3 did not start", e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What a process of Postbus is told, so that its contents are here. */
  public Map<String, String> settings() {
    return Map.of(
        "postbus.contents",
        "s3://" + BUCKET + "/postbus",
        "postbus.s3.endpoint",
        endpoint().toString(),
        "postbus.s3.path-style",
        "true",
        "aws.accessKeyId",
        ACCESS_KEY_ID,
        "aws.secretAccessKey",
        SECRET_ACCESS_KEY);
  }

  /** Contents below a prefix, with short waits. */
  ContentBucket contents(String prefix, Path scratch, InstantSource clock) throws IOException {
    ContentPlace.Bucket place = place(prefix, scratch);
    return new ContentBucket(place, Requests.to(place, SHORT), clock);
  }

  ContentPlace.Bucket place(String prefix, Path scratch) {
    return place(BUCKET, prefix, endpoint(), scratch);
  }

  static ContentPlace.Bucket place(String bucket, String prefix, URI endpoint, Path scratch) {
    return new ContentPlace.Bucket(
        bucket, prefix, Optional.of(endpoint), Optional.empty(), true, scratch);
  }

  /** Whether it holds something of this name. */
  public boolean has(String key) {
    return blobs.getBlobStore().blobExists(BUCKET, key);
  }

  void put(String key, String content) {
    BlobStore store = blobs.getBlobStore();
    store.putBlob(BUCKET, store.blobBuilder(key).payload(content).build());
  }

  /** Begins an upload as somebody does who is killed then. */
  String beginUpload(ContentPlace.Bucket place, String name) throws IOException {
    return Requests.to(place, SHORT)
        .ask(s3 -> s3.createMultipartUpload(to -> to.bucket(BUCKET).key(place.prefix() + name)))
        .uploadId();
  }

  /** Uploads in parts that were not finished. */
  List<String> unfinished() {
    return blobs.getBlobStore().listMultipartUploads(BUCKET).stream()
        .map(MultipartUpload::id)
        .toList();
  }

  /** Answers no more. */
  public void goAway() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public void comeBack() {
    server = start();
  }

  @Override
  public void close() {
    goAway();
    blobs.close();
  }
}
