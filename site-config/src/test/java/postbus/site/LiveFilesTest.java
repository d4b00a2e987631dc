package postbus.site;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.EmailAddress;

/** What an administrator edits counts at once, and his slips cost no mail. */
class LiveFilesTest {
  @TempDir private Path folder;
  private SiteFolder site = new SiteFolder(Path.of(""));
  private LiveFiles files = new LiveFiles(Path.of(""));

  @BeforeEach
  void aSiteThatWasReadBefore() {
    site = SiteFolder.in(folder);
    files = new LiveFiles(folder);
    assertThat(alias("postmaster")).contains("jane");
  }

  @Test
  void anEditedAliasCounts() {
    site.write("aliases/example.org", "postmaster: jack\n");

    soon().until(() -> alias("postmaster").equals(Optional.of("jack")));
  }

  @Test
  void twoEditsOfTheSameSizeInARowBothCount() {
    for (String name : List.of("jack", "anna", "rose", "nora")) {
      site.write("aliases/example.org", "postmaster: " + name + "\n");
      soon().until(() -> alias("postmaster").equals(Optional.of(name)));
    }
  }

  @Test
  void aFileThatIsRenamedOverTheOldOneCounts() throws IOException {
    site.write("aliases/.new", "postmaster: jack\n");
    Files.setLastModifiedTime(
        site.path("aliases/.new"), Files.getLastModifiedTime(site.path("aliases/example.org")));
    Files.move(site.path("aliases/.new"), site.path("aliases/example.org"), ATOMIC_MOVE);

    soon().until(() -> alias("postmaster").equals(Optional.of("jack")));
  }

  @Test
  void aLinkThatIsSwitchedCounts() throws IOException {
    Files.createSymbolicLink(site.path("aliases/example.net"), Path.of("example.org"));
    assertThat(files.alias("example.net", "postmaster")).contains("jane");

    site.write("aliases/example.com", "postmaster: jack\n").delete("aliases/example.net");
    Files.createSymbolicLink(site.path("aliases/example.net"), Path.of("example.com"));

    soon().until(() -> files.alias("example.net", "postmaster").equals(Optional.of("jack")));
  }

  @Test
  void anAddressThatIsAddedToAFileCounts() {
    Path queues =
        site.write("queues", "Info@Example.org\n\"odd name@example.org\": odd\n").path("queues");
    assertThat(files.holds(queues, EmailAddress.of("info@example.ORG"))).isTrue();
    assertThat(files.holds(queues, EmailAddress.of("\"odd name\"@example.org"))).isTrue();
    assertThat(files.holds(queues, EmailAddress.of("press@example.org"))).isFalse();

    site.write("queues", "press@example.org\n");

    soon().until(() -> files.holds(queues, EmailAddress.of("press@example.org")));
    assertThat(files.holds(queues, EmailAddress.of("info@example.org"))).isFalse();
  }

  @Test
  void aNewFileCountsAndARemovedOneStopsCounting() {
    assertThat(files.hasAliasFile("example.net")).isFalse();
    site.write("aliases/example.net", "a: b\n");
    assertThat(files.hasAliasFile("example.net")).isTrue();

    site.delete("aliases/example.net");
    await()
        .between(Duration.ofMillis(200), Duration.ofSeconds(30))
        .until(() -> !files.hasAliasFile("example.net"));
  }

  @Test
  void aFileThatIsAwayForAMomentStaysInForce() {
    site.delete("aliases/example.org");
    closely()
        .during(WatchedFile.LOOK_EVERY.multipliedBy(3))
        .until(() -> alias("postmaster").equals(Optional.of("jane")));

    site.write("aliases/example.org", "");
    closely()
        .during(WatchedFile.LOOK_EVERY.multipliedBy(3))
        .until(() -> alias("postmaster").equals(Optional.of("jane")));

    site.write("aliases/example.org", "postmaster: jack\n");
    soon().until(() -> alias("postmaster").equals(Optional.of("jack")));
  }

  @Test
  void aFileThatTurnedWrongKeepsItsLastGoodVersionUntilItIsMended() {
    site.write("aliases/example.org", "postmaster: jack\n\"open: x\n");
    await()
        .during(WatchedFile.LOOK_EVERY.multipliedBy(3))
        .until(() -> alias("postmaster").equals(Optional.of("jane")));

    site.write("aliases/example.org", "postmaster: jack\n");
    soon().until(() -> alias("postmaster").equals(Optional.of("jack")));
  }

  @Test
  void aFileThatWasNeverRightLetsTheMailWait() {
    site.write("aliases/example.net", "\"open: x\n");

    assertThatThrownBy(() -> files.alias("example.net", "x"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("aliases/example.net");
  }

  @Test
  void withoutTheFolderOfAliasesNobodyCanKnow() throws IOException {
    Files.move(site.path("aliases"), site.path("away"));

    assertThat(alias("postmaster")).contains("jane");
    assertThatThrownBy(() -> files.hasAliasFile("example.net"))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void listsThatAreGoneKeepTheirLastGoodVersion() {
    assertThat(files.isLegacyList("info-en")).isTrue();

    site.delete("legacy-mailing-lists");
    await()
        .during(WatchedFile.BELIEVE_AFTER.plusSeconds(1))
        .atMost(Duration.ofSeconds(10))
        .until(() -> files.isLegacyList("info-en"));
  }

  @Test
  void listsAndDomainsAreLiveToo() {
    DomainList local =
        new DomainList("local", Set.of("a.org"), List.of(site.path("local-domains")), false);
    assertThat(files.isLegacyList("Info-EN")).isTrue();
    assertThat(files.isLegacyList("other")).isFalse();
    assertThat(files.contains(local, "A.org")).isTrue();
    assertThat(files.contains(local, "EXAMPLE.net")).isTrue();
    assertThat(files.contains(local, "b.org")).isFalse();

    site.write("legacy-mailing-lists", "other\n").write("local-domains", "b.org\n");

    soon().until(() -> files.isLegacyList("other"));
    soon().until(() -> files.contains(local, "b.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "../accounts",
        "a/../../accounts",
        ".hidden",
        "/etc/passwd",
        "",
        "a\0b"
      })
  void noDomainReachesOutsideOfTheAliases(String domain) {
    site.write("aliases/.hidden", "a: b\n");

    assertThat(files.hasAliasFile(domain)).isFalse();
    assertThat(files.alias(domain, "a")).isEmpty();
  }

  private Optional<String> alias(String localPart) {
    return files.alias("example.org", localPart);
  }

  private static ConditionFactory soon() {
    return await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(30));
  }

  private static ConditionFactory closely() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
  }
}
