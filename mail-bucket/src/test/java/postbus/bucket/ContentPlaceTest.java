package postbus.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContentPlaceTest {
  private static final Path DATA = Path.of("data");

  @Test
  void withoutASettingContentsAreInTheDataFolder() {
    assertThat(of(Map.of())).isEqualTo(new ContentPlace.Folder(Path.of("data/content")));
    assertThat(of(Map.of("postbus.contents", "")))
        .isEqualTo(new ContentPlace.Folder(Path.of("data/content")));
  }

  @Test
  void aBucketMayHaveAPrefixAnEndpointAndARegion() {
    assertThat(of(Map.of("postbus.contents", "s3://mail")))
        .isEqualTo(
            new ContentPlace.Bucket(
                "mail",
                "",
                Optional.empty(),
                Optional.empty(),
                false,
                Path.of("data/content/tmp")));
    assertThat(
            of(
                Map.of(
                    "postbus.contents", "s3://mail/a/b/",
                    "postbus.s3.endpoint", "http://127.0.0.1:9000",
                    "postbus.s3.region", "garage",
                    "postbus.s3.path-style", "true")))
        .isEqualTo(
            new ContentPlace.Bucket(
                "mail",
                "a/b/",
                Optional.of(URI.create("http://127.0.0.1:9000")),
                Optional.of("garage"),
                true,
                Path.of("data/content/tmp")))
        .hasToString("s3://mail/a/b");
  }

  @Test
  void aWrongSettingSaysWhatWasExpected() {
    wrong("postbus.contents", "/var/lib/contents", "s3://BUCKET or s3://BUCKET/PREFIX");
    wrong("postbus.contents", "s3://Mail", "s3://BUCKET or s3://BUCKET/PREFIX");
    wrong("postbus.s3.endpoint", "127.0.0.1:9000", "http://HOST:PORT or https://HOST");
    wrong("postbus.s3.endpoint", "ftp://host", "http://HOST:PORT or https://HOST");
    wrong("postbus.s3.path-style", "yes", "true or false");
  }

  @Test
  void aBucketThatIsNotNamedIsNoFolder() {
    for (String blank : new String[] {"", " "}) {
      assertThatThrownBy(
              () -> of(Map.of("postbus.contents", blank, "postbus.s3.endpoint", "https://s3.test")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "postbus.s3.endpoint is https://s3.test; expected: nothing, or"
                  + " postbus.contents to name a bucket");
    }
  }

  private static void wrong(String setting, String value, String expected) {
    Map<String, String> settings =
        setting.equals("postbus.contents")
            ? Map.of(setting, value)
            : Map.of("postbus.contents", "s3://mail", setting, value);
    assertThatThrownBy(() -> of(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("%s is %s; expected: %s", setting, value, expected);
  }

  private static ContentPlace of(Map<String, String> settings) {
    return ContentPlace.of(DATA, name -> Optional.ofNullable(settings.get(name)));
  }
}
