package postbus.bucket;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;

/** Where large contents are, as the setting {@code postbus.contents} of a process says. */
public sealed interface ContentPlace {

  /** The store that is there; nothing is looked at yet that is not on this machine. */
  ContentStore open() throws IOException;

  /** A folder of this machine, or of a file system that all processes share. */
  record Folder(Path path) implements ContentPlace {

    @Override
    public ContentStore open() throws IOException {
      return new ContentFolder(path);
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A bucket of S3, or of what speaks its protocol.
   *
   * @param prefix of all names in the bucket: empty, or ending in a slash
   * @param endpoint where it is not Amazon's own
   * @param region as AWS's own settings say, where it is not said here
   * @param isPathStyle whether the bucket's name is in the path, and not in the host's name
   * @param scratch a folder of this machine for contents on their way
   */
  record Bucket(
      String name,
      String prefix,
      Optional<URI> endpoint,
      Optional<String> region,
      boolean isPathStyle,
      Path scratch)
      implements ContentPlace {

    @Override
    public ContentBucket open() throws IOException {
      return ContentBucket.open(this);
    }

    /** As it is written in the setting. */
    @Override
    public String toString() {
      return "s3://"
          + name
          + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
    }
  }

  Pattern BUCKET = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^/].*?))?/?");

  List<String> OF_S3 = List.of("postbus.s3.endpoint", "postbus.s3.region", "postbus.s3.path-style");

  /**
   * Reads the settings.
   *
   * @param data the data folder, where contents are if nothing else is said
   * @param settings the value of a setting, by its name
   * @throws IllegalArgumentException if one is wrong; the text says which, and what was expected
   */
  static ContentPlace of(Path data, Function<String, Optional<String>> settings) {
    Path folder = data.resolve("content");
    Optional<String> contents = settings.apply("postbus.contents").filter(text -> !text.isBlank());
    if (contents.isEmpty()) {
      refuseS3(settings);
      return new Folder(folder);
    }
    Matcher bucket = BUCKET.matcher(contents.get());
    if (!bucket.matches()) {
      throw wrong("postbus.contents", contents.get(), "s3://BUCKET or s3://BUCKET/PREFIX");
    }
    String prefix = bucket.group(2) == null ? "" : bucket.group(2) + "/";
    return new Bucket(
        bucket.group(1),
        prefix,
        settings.apply("postbus.s3.endpoint").map(ContentPlace::endpoint),
        settings.apply("postbus.s3.region"),
        settings.apply("postbus.s3.path-style").map(ContentPlace::isTrue).orElse(false),
        folder.resolve("tmp"));
  }

  /**
   * Whoever says how to reach a bucket, and not which, would have contents in a folder that no
   * other process sees, and that may be gone with this one.
   */
  private static void refuseS3(Function<String, Optional<String>> settings) {
    for (String name : OF_S3) {
      Optional<String> value = settings.apply(name).filter(text -> !text.isBlank());
      if (value.isPresent()) {
        throw wrong(name, value.get(), "nothing, or postbus.contents to name a bucket");
      }
    }
  }

  private static URI endpoint(String text) {
    String expected = "http://HOST:PORT or https://HOST";
    try {
      URI endpoint = URI.create(text);
      if (endpoint.getHost() == null || !String.valueOf(endpoint.getScheme()).matches("https?")) {
        throw wrong("postbus.s3.endpoint", text, expected);
      }
      return endpoint;
    } catch (IllegalArgumentException e) {
      throw wrong("postbus.s3.endpoint", text, expected);
    }
  }

  private static boolean isTrue(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong("postbus.s3.path-style", text, "true or false");
    };
  }

  private static IllegalArgumentException wrong(String setting, String value, String expected) {
    return new IllegalArgumentException(
        "%s is %s; expected: %s".formatted(setting, value, expected));
  }
}
