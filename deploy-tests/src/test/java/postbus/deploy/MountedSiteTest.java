package postbus.deploy;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import postbus.accounts.AccountAnswer;
import postbus.accounts.Accounts;
import postbus.cli.Postbus;
import postbus.mail.EmailAddress;
import postbus.site.InvalidSite;
import postbus.site.ListenerTls;
import postbus.site.LiveCertificate;
import postbus.site.LiveFile;
import postbus.site.LiveFiles;
import postbus.site.SigningKey;
import postbus.site.Site;
import postbus.site.SiteReader;
import postbus.testkit.TestCertificate;

/** The site folder as a pod has it: of a repository by git-sync, with what is secret beside it. */
class MountedSiteTest {
  private static final String JANE = "jane@example.org:{PLAIN}secret::::::\n";

  private static TestCertificate certificate;
  private static TestCertificate renewed;

  @TempDir private Path folder;

  @BeforeAll
  static void certificates() {
    certificate = TestCertificate.of("mx.example.org");
    renewed = TestCertificate.of("mx.example.org");
  }

  static List<Manifests> overlays() {
    return Manifests.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theSiteIsGood(Manifests manifests) throws IOException {
    Path site = mounted(manifests, new PodFiles(folder));

    StringWriter out = new StringWriter();
    int status =
        Postbus.commandLine()
            .setOut(new PrintWriter(out))
            .execute("check", "--site", site.toString());

    assertThat(status).as(out.toString()).isZero();
    assertThat(site.resolve("aliases/example.net")).isSymbolicLink();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void eachServiceStartsWithTheSecretsThatItHas(Manifests manifests)
      throws IOException, InvalidSite {
    for (Tree workload : manifests.workloads()) {
      PodFiles files = new PodFiles(folder.resolve(workload.text("metadata", "name")));
      Path site = site(manifests, files);
      for (Tree mount : Manifests.container(workload).at("volumeMounts").each().toList()) {
        secret(manifests, files, mount.text("mountPath"));
      }
      Site read = SiteReader.read(site);
      if (workload.text("metadata", "name").equals("ingress-smtp")) {
        read.listeners().values().stream()
            .flatMap(listener -> listener.tls().stream())
            .forEach(LiveCertificate::new);
      }
      String pool = manifests.environment(workload).getOrDefault("POSTBUS_DELIVERY_POOLS", "");
      if (!pool.isEmpty()) {
        assertThat(read.pools().get(pool).dkim()).allMatch(key -> Files.exists(key.file()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void listenersArePortsOfTheIngressAndPoolsHaveADeliveryEach(Manifests manifests)
      throws InvalidSite {
    Site site = SiteReader.readSettings(Manifests.folder(manifests.name()).resolve("site"));
    Set<Integer> ports = new TreeSet<>();
    Manifests.container(manifests.one("Deployment", "ingress-smtp"))
        .at("ports")
        .each()
        .filter(port -> !port.text("name").equals("management"))
        .forEach(port -> ports.add(port.number("containerPort")));
    assertThat(site.listeners().values())
        .extracting(listener -> listener.address().getPort())
        .containsExactlyInAnyOrderElementsOf(ports);
    assertThat(
            manifests.workloads().stream()
                .map(one -> manifests.environment(one).getOrDefault("POSTBUS_DELIVERY_POOLS", ""))
                .filter(pool -> !pool.isEmpty()))
        .containsExactlyInAnyOrderElementsOf(site.pools().keySet());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theLinkThatGitSyncSwitchesIsTheSite(Manifests manifests) {
    Map<String, String> repository =
        manifests.one("ConfigMap", "site-repository").at("data").pairs();
    for (Tree workload : manifests.workloads()) {
      String root = repository.get("GITSYNC_ROOT");
      assertThat(manifests.environment(workload))
          .containsEntry("POSTBUS_SITE", root + "/" + repository.get("GITSYNC_LINK"));
      Tree pod = Manifests.pod(workload);
      Tree read = Manifests.container(workload).at("volumeMounts").named("site");
      assertThat(read.pairs()).containsEntry("mountPath", root).containsEntry("readOnly", "true");
      assertThat(pod.at("initContainers").each())
          .extracting(one -> one.at("volumeMounts").named("site").text("mountPath"))
          .containsExactly(root, root);
      assertThat(pod.at("initContainers").each().toList().getFirst().at("args").texts())
          .as("there before Postbus starts")
          .containsExactly("--one-time");
    }
  }

  @Test
  void aNewCommitCountsForTheNextMail() throws IOException {
    PodFiles files = new PodFiles(folder);
    Path site = mounted(Manifests.overlay("single-node"), files);
    LiveFiles live = new LiveFiles(site);
    assertThat(live.alias("example.net", "abuse")).contains("postmaster");

    Path next = folder.resolve("next");
    copyOf(Manifests.overlay("single-node"), next);
    Files.writeString(next.resolve("aliases/example.org"), "abuse: jack@example.org\n");
    files.commit(next);

    soon().until(() -> live.alias("example.net", "abuse").equals(Optional.of("jack@example.org")));
  }

  @Test
  void changedSecretsCountWithoutARestart() throws IOException, InvalidSite {
    PodFiles files = new PodFiles(folder);
    Site site = SiteReader.readHere(mounted(Manifests.overlay("single-node"), files));
    Accounts accounts = Accounts.of(site);
    ListenerTls tls = site.listeners().get("submission").tls().orElseThrow();
    LiveCertificate shown = new LiveCertificate(tls);
    SigningKey dkim = site.pools().get("bulk").dkim().getFirst();
    LiveFile<String> signer = new LiveFile<>(dkim.file(), MountedSiteTest::text);
    EmailAddress jack = EmailAddress.of("jack@example.org");
    assertThat(accounts.find(jack)).isNotInstanceOf(AccountAnswer.Found.class);

    files.secret("/etc/postbus/accounts", Map.of("accounts", JANE + JANE.replace("jane", "jack")));
    files.secret("/etc/postbus/tls", keys(renewed));
    files.secret("/etc/postbus/dkim", Map.of("wiki.pem", renewed.keyPem()));

    soon().until(() -> accounts.find(jack) instanceof AccountAnswer.Found);
    soon().until(() -> shown.inForce().chain().getFirst().equals(renewed.certificate()));
    soon().until(() -> signer.value().equals(renewed.keyPem()));
  }

  /** Everything that the pods of an overlay mount, together. */
  private static Path mounted(Manifests manifests, PodFiles files) throws IOException {
    Path site = site(manifests, files);
    Set<String> paths = new TreeSet<>();
    manifests
        .workloads()
        .forEach(one ->
            Manifests.container(one)
                .at("volumeMounts")
                .each()
                .forEach(mount -> paths.add(mount.text("mountPath"))));
    for (String path : paths) {
      secret(manifests, files, path);
    }
    return site;
  }

  private static Path site(Manifests manifests, PodFiles files) throws IOException {
    files.commit(Manifests.folder(manifests.name()).resolve("site"));
    return files.at("/etc/postbus/site/now");
  }

  private static void secret(Manifests manifests, PodFiles files, String path) throws IOException {
    switch (path) {
      case "/etc/postbus/tls" -> files.secret(path, keys(certificate));
      case "/etc/postbus/dkim" -> files.secret(path, Map.of("wiki.pem", certificate.keyPem()));
      case "/etc/postbus/otrs" -> files.secret(path, Map.of("password", "secret\n"));
      case "/etc/postbus/accounts" -> {
        boolean isFile = manifests.name().equals("single-node");
        files.secret(path, Map.of(isFile ? "accounts" : "password", isFile ? JANE : "secret\n"));
      }
      default -> {
        // Not of the site.
      }
    }
  }

  private static Map<String, String> keys(TestCertificate of) {
    return Map.of("tls.crt", of.pem(), "tls.key", of.keyPem());
  }

  private static void copyOf(Manifests manifests, Path to) throws IOException {
    Path from = Manifests.folder(manifests.name()).resolve("site");
    try (var walk = Files.walk(from)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()), NOFOLLOW_LINKS);
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
  }
}
