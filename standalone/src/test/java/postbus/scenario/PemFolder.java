package postbus.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import postbus.testkit.TestCertificate;

/** Certificates of a broker and of its clients, as files; each trusts what it must. */
record PemFolder(Path folder, String broker) {

  /**
   * @param names all that have a certificate, the broker among them
   */
  static PemFolder make(Path folder, Collection<String> names, String broker) throws IOException {
    Files.createDirectory(folder);
    Map<String, TestCertificate> all = new LinkedHashMap<>();
    for (String name : names) {
      TestCertificate made = TestCertificate.of(name);
      all.put(name, made);
      Files.writeString(folder.resolve(name + ".pem"), made.keyPem() + made.pem());
    }
    String clients = all.values().stream().map(TestCertificate::pem).collect(Collectors.joining());
    Files.writeString(folder.resolve("clients.crt"), clients);
    Files.writeString(folder.resolve("broker.crt"), Objects.requireNonNull(all.get(broker)).pem());
    return new PemFolder(folder, broker);
  }

  Map<String, String> ofBroker() {
    return pem(broker, "clients.crt");
  }

  Map<String, String> ofClient(String name) {
    Map<String, String> of = new LinkedHashMap<>(pem(name, "broker.crt"));
    of.put("security.protocol", "SSL");
    return of;
  }

  /** A file as {@code --kafka-config} takes it. */
  Path writeProperties(String name, String servers) throws IOException {
    Map<String, String> of = ofClient(name);
    of.put("bootstrap.servers", servers);
    String lines =
        of.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining());
    return Files.writeString(folder.resolve(name + ".properties"), lines);
  }

  private Map<String, String> pem(String name, String trusted) {
    return Map.of(
        "ssl.keystore.type",
        "PEM",
        "ssl.keystore.location",
        folder.resolve(name + ".pem").toString(),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        folder.resolve(trusted).toString());
  }
}
