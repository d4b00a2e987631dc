package postbus.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate that vouches for itself, made by the JDK's keytool, with its private key. */
public record TestCertificate(X509Certificate certificate, Key key) {
  private static final int MADE_WITHIN_SECONDS = 30;
  private static final String PASSWORD = "for tests";

  /** One for a host, valid from now on. */
  public static TestCertificate of(String host) {
    return made(host, "EC", "+0d");
  }

  /** One that was valid for a day, until nine days ago. */
  public static TestCertificate expired(String host) {
    return made(host, "EC", "-10d");
  }

  /**
   * @param algorithm as keytool calls it, such as RSA
   */
  public static TestCertificate of(String host, String algorithm) {
    return made(host, algorithm, "+0d");
  }

  private static TestCertificate made(String host, String algorithm, String from) {
    try {
      Path folder = Files.createTempDirectory("certificate");
      Path store = folder.resolve("store.p12");
      run(
          Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
          // It does not live long enough for more.
          "-J-XX:TieredStopAtLevel=1",
          "-J-XX:+UseSerialGC",
          "-genkeypair",
          "-keystore",
          store.toString(),
          "-storepass",
          PASSWORD,
          "-alias",
          "host",
          "-keyalg",
          algorithm,
          "-dname",
          "CN=" + host,
          "-ext",
          "san=dns:" + host,
          "-startdate",
          from,
          "-validity",
          from.startsWith("-") ? "1" : "30");
      KeyStore read = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Files.delete(store);
      Files.delete(folder);
      return new TestCertificate(
          (X509Certificate) read.getCertificate("host"),
          read.getKey("host", PASSWORD.toCharArray()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(MADE_WITHIN_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The certificate as a file holds it. */
  public String pem() {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key as a file holds it (PKCS#8). */
  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String what, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what);
  }

  /** A store that trusts it. */
  public KeyStore trusted() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("host", certificate);
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes it as a site has it: {@code tls/certificate.pem} and {@code tls/key.pem}. */
  public void writeInto(Path site) throws IOException {
    Path folder = Files.createDirectories(site.resolve("tls"));
    replace(folder.resolve("certificate.pem"), pem());
    replace(folder.resolve("key.pem"), keyPem());
  }

  private static void replace(Path file, String text) throws IOException {
    Path beside = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
