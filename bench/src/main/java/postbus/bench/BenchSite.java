package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The site that Postbus is measured on: two listeners, one of which trusts nobody; a smart host;
 * and to it at once as many connections as Postfix makes. All else is as it is by default.
 */
record BenchSite(Path folder, int submission, int outside) {
  static BenchSite write(Path folder, int sinkPort) throws IOException {
    return write(folder, sinkPort, Relay.DOMAIN, "+system-domains", "");
  }

  /**
   * One whose mails end in the {@link Mailboxes} of this host.
   *
   * @param section mailboxes
   */
  static BenchSite withMailboxes(Path folder, String section) throws IOException {
    BenchSite site = write(folder, Ports.free(), "", "+system-domains, " + Relay.DOMAIN, section);
    StringBuilder accounts = new StringBuilder();
    Mailboxes.users().forEach(user -> accounts.append(user + "@" + Relay.DOMAIN + "::::::\n"));
    Files.writeString(folder.resolve("accounts"), accounts);
    return site;
  }

  private static BenchSite write(
      Path folder, int sinkPort, String relayDomains, String localDomains, String more)
      throws IOException {
    BenchSite site = new BenchSite(folder, Ports.free(), Ports.free());
    Files.createDirectories(folder.resolve("aliases"));
    Files.writeString(folder.resolve("accounts"), "");
    Files.writeString(folder.resolve("legacy-mailing-lists"), "");
    Files.writeString(
        folder.resolve("postbus.yaml"), site.settings(sinkPort, relayDomains, localDomains) + more);
    return site;
  }

  private String settings(int sinkPort, String relayDomains, String localDomains) {
    return """
    primary-hostname: relay.bench.test
    smart-host: 127.0.0.1:%d
    host-lists: {this-machine: [127.0.0.0/8], ignore-target-hosts: []}
    domain-lists:
      system-domains: ["@"]
      relay-domains: [%s]
      legacy-mailman-domains: []
      local-domains: [%s]
    listeners:
      submission: {address: "127.0.0.1:%d", only-from: this-machine, trust: this-machine}
      outside: {address: "127.0.0.1:%d"}
    pools:
      normal: {source: 127.0.0.1}
    sessions: {connections-max: 20000, connections-per-client-max: 1000}
    delivery: {connections-per-site-max: 200, connections-at-first: 200}
    """
        .formatted(sinkPort, relayDomains, localDomains, submission, outside);
  }
}
