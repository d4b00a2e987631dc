package postbus.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import postbus.testkit.ScriptedSmtpServer;

/**
 * The cluster with a proxy on every way: between each service and the broker, between clients and
 * the ingress, and between the deliverer and the world, to which it has one session at a time.
 */
final class CrashRig implements AutoCloseable {
  /** An alias for a command that keeps each mail in a file of its own. */
  static final String COMMAND = "counted@wikimedia.org";

  /** An outsider whose mail is to say who wrote it. */
  static final String ANONYMOUS = "127.0.8.1";

  private final Path data;
  private final Path commanded;
  private final ScriptedSmtpServer world;
  private final SmtpProxy exit;
  private final SmtpProxy entrance;
  private final Cluster cluster;
  private final Held held;

  private CrashRig(Path folder) throws Exception {
    data = folder.resolve("data");
    commanded = permit(Files.createDirectory(permit(folder, "rwxr-xr-x").resolve("mails")));
    world = ScriptedSmtpServer.start();
    exit = SmtpProxy.to(world.port());
    TestSite site = site(folder);
    entrance = SmtpProxy.to(site.mxPort());
    cluster = Cluster.startBehindProxies(site, folder);
    held = Held.at(cluster.bootstrapServers());
  }

  static CrashRig start(Path folder) throws Exception {
    return new CrashRig(folder);
  }

  private TestSite site(Path folder) throws IOException {
    Path handler =
        permit(
            Files.writeString(
                folder.resolve("handler"),
                "#!/bin/sh\nexec cat > \"$(mktemp " + commanded + "/XXXXXXXX)\"\n"),
            "r-xr-xr-x");
    TestSite site =
        TestSite.in(folder, exit.port())
            .with("\nsessions:", "\npipes:\n  counted: {command: " + handler + "}\nsessions:")
            .with("host-lists:", "host-lists:\n  unverified: [127.0.9.0/24]")
            .with(
                "\nsessions:",
                "\nauthentication: {spf: off, dkim: off, dmarc: quarantine,"
                    + " exceptions: unverified}\nsessions:")
            .with("verdict-wait: 20s", "verdict-wait: 3s")
            .with(
                "connections-per-site-max: 20",
                "connections-per-site-max: 1\n  connections-at-first: 1");
    Files.writeString(
        site.folder().resolve("aliases/wikimedia.org"),
        "\ncounted: |" + handler + "\n",
        StandardOpenOption.APPEND);
    return site;
  }

  private static Path permit(Path folder) throws IOException {
    return permit(folder, "rwxrwxrwx");
  }

  private static Path permit(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  Cluster cluster() {
    return cluster;
  }

  /** Between the deliverer and the world. */
  SmtpProxy exit() {
    return exit;
  }

  /** Between clients and the ingress. */
  SmtpProxy entrance() {
    return entrance;
  }

  /** What has arrived anywhere: in the world, in mailboxes, at the command, in quarantine. */
  Arrivals arrivals() throws Exception {
    return Arrivals.at(world)
        .and(held.arrivals())
        .and(Arrivals.inMailboxes(data))
        .and(Arrivals.inFiles(commanded, Files::isRegularFile));
  }

  /** What a test set and did not reach will not happen to the next one. */
  void forget() {
    exit.forget();
    entrance.forget();
    cluster.forget();
  }

  @Override
  public void close() throws IOException {
    held.close();
    cluster.close();
    entrance.close();
    exit.close();
    world.close();
  }
}
