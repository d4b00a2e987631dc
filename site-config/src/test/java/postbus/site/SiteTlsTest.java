package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.site.ListenerTls.Use;
import postbus.testkit.TestCertificate;

/** What a site says about the TLS of its listeners. */
class SiteTlsTest {
  private static final TestCertificate GOOD = TestCertificate.of("mx.example.org");

  @TempDir private Path folder;
  private SiteFolder site = new SiteFolder(Path.of(""));

  @BeforeEach
  void aGoodSite() {
    site = SiteFolder.in(folder);
  }

  @Test
  void withoutACertificateListenersAreInClearText() throws InvalidSite {
    assertThat(uses()).allSatisfy((_, use) -> assertThat(use).isEmpty());
  }

  @Test
  void aCertificateInItsPlaceIsOffered() throws Exception {
    GOOD.writeInto(folder);
    assertThat(site.problems()).isEmpty();
    assertThat(uses()).allSatisfy((_, use) -> assertThat(use).contains(Use.OFFERED));
  }

  @Test
  void eachListenerMayHaveItsOwnWay() throws Exception {
    GOOD.writeInto(folder);
    site.change("trust: relay", "trust: relay\n    tls: required");
    site.change("only-from: apps", "only-from: apps\n    tls: never");
    assertThat(uses().get("mx")).contains(Use.REQUIRED);
    assertThat(uses().get("wiki")).isEmpty();
  }

  @Test
  void theFilesMayBeElsewhere(@TempDir Path elsewhere) throws Exception {
    GOOD.writeInto(elsewhere);
    GOOD.writeInto(folder.resolve("sub"));
    site.add(
        """
        tls:
          certificate-file: sub/tls/certificate.pem
          key-file: %s/tls/key.pem
        """
            .formatted(elsewhere));
    assertThat(site.problems()).isEmpty();
    assertThat(uses().get("mx")).contains(Use.OFFERED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"offered", "required", "implicit"})
  void tlsWithoutACertificateIsWrong(String use) {
    site.change("trust: relay", "trust: relay\n    tls: " + use);
    assertThat(site.problems()).containsExactly("tls/certificate.pem: is missing, expected a file");
  }

  @Test
  void aSectionWithoutFilesIsWrong() {
    site.add("tls: {certificate-file: tls/mx.pem}\n");
    assertThat(site.problems()).containsExactly("tls/mx.pem: is missing, expected a file");
  }

  @Test
  void aKeyOfAnotherCertificateIsWrong() throws IOException {
    GOOD.writeInto(folder);
    site.write("tls/key.pem", TestCertificate.of("other.example.org").keyPem());
    assertThat(site.problems())
        .containsExactly(
            "tls/key.pem: is not the key of the first certificate in tls/certificate.pem,"
                + " expected that");
  }

  @Test
  void aKeyOfAnotherKindIsWrong() throws IOException {
    GOOD.writeInto(folder);
    site.write("tls/key.pem", TestCertificate.of("other.example.org", "Ed25519").keyPem());
    assertThat(site.problems()).hasSize(1).first().asString().contains("is not the key of");
  }

  @Test
  void whatIsNoCertificateOrKeyIsWrong() throws IOException {
    GOOD.writeInto(folder);
    site.write("tls/certificate.pem", GOOD.keyPem());
    assertThat(site.problems())
        .containsExactly(
            "tls/certificate.pem: holds a damaged certificate, expected certificates in PEM,"
                + " this host's own first");
    GOOD.writeInto(folder);
    site.write("tls/key.pem", GOOD.pem());
    assertThat(site.problems())
        .containsExactly(
            "tls/key.pem: holds no private key in PEM, expected a private key in PEM without a"
                + " password (PKCS#8, PKCS#1 or SEC 1)");
  }

  @Test
  void anotherWordIsWrong() {
    site.change("trust: relay", "trust: relay\n    tls: always");
    assertThat(site.problems())
        .containsExactly(
            "postbus.yaml:14: listeners.mx.tls is \"always\","
                + " expected never, offered, required or implicit");
  }

  @Test
  void anExpiredCertificateIsAWarning() throws IOException {
    TestCertificate.expired("mx.example.org").writeInto(folder);
    assertThat(site.warnings()).hasSize(1);
    assertThat(site.warnings().getFirst())
        .startsWith("tls/certificate.pem: has expired (")
        .endsWith("), expected a renewed one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"offered", "required"})
  void nobodyLogsInWhereThereIsNoTls(String auth) throws IOException {
    String wrong =
        "postbus.yaml:15: listeners.mx.auth lets people log in where there is no TLS, expected tls:"
            + " offered, required or implicit for this listener, since passwords are taken in TLS"
            + " alone";
    site.change("trust: relay", "trust: relay\n    auth: " + auth);
    assertThat(site.problems()).containsExactly(wrong.replace(":15:", ":14:"));
    GOOD.writeInto(folder);
    assertThat(site.problems()).isEmpty();
    site.change("auth: ", "tls: never\n    auth: ");
    assertThat(site.problems()).containsExactly(wrong);
  }

  @Test
  void peopleLogInWhereTheSiteSaysSo() throws Exception {
    GOOD.writeInto(folder);
    site.change("trust: relay", "trust: relay\n    auth: required");
    assertThat(SiteReader.readHere(folder).listeners().values())
        .extracting(Site.Listener::auth)
        .containsExactly(Site.Auth.REQUIRED, Site.Auth.NEVER);
    site.change("auth: required", "auth: plain");
    assertThat(site.problems())
        .containsExactly(
            "postbus.yaml:14: listeners.mx.auth is \"plain\", expected never, offered or required");
  }

  private Map<String, Optional<Use>> uses() throws InvalidSite {
    return SiteReader.readHere(folder).listeners().values().stream()
        .collect(
            Collectors.toMap(
                Site.Listener::name, listener -> listener.tls().map(ListenerTls::use)));
  }
}
