package postbus.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import postbus.testkit.FreePort;
import postbus.testkit.Peers;

/** A resolver that other people wrote, which caches what it is told by one name server. */
final class Dnsmasq implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);

  private final Process process;
  private final int port;

  private Dnsmasq(Path program, int serverPort) throws IOException {
    port = FreePort.here();
    process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "--keep-in-foreground",
                    "--conf-file=/dev/null",
                    "--no-resolv",
                    "--no-hosts",
                    "--pid-file",
                    "--user=" + System.getProperty("user.name"),
                    "--bind-interfaces",
                    "--listen-address=" + TestSite.THIS_HOST,
                    "--port=" + port,
                    "--server=" + TestSite.THIS_HOST + "#" + serverPort))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  /** In front of a name server of this host; empty if this machine has none. */
  static Optional<Dnsmasq> before(int serverPort) throws IOException {
    Optional<Path> program = Peers.program("dnsmasq");
    if (program.isEmpty()) {
      return Optional.empty();
    }
    Dnsmasq resolver = new Dnsmasq(program.get(), serverPort);
    try {
      Awaitility.await("dnsmasq answers").atMost(START_LIMIT).until(resolver::answers);
      return Optional.of(resolver);
    } catch (RuntimeException e) {
      resolver.close();
      throw e;
    }
  }

  int port() {
    return port;
  }

  private boolean answers() {
    try {
      SimpleResolver client = new SimpleResolver(TestSite.THIS_HOST);
      client.setPort(port);
      client.setTimeout(ASK_AGAIN);
      Name name = Name.fromString("dnsmasq.example.");
      client.send(Message.newQuery(Record.newRecord(name, Type.A, DClass.IN)));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
