package postbus.scenario;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;

/** A broker that can be killed: in a process of its own, which ends with the test's. */
final class BrokerProcess {
  private BrokerProcess() {}

  /** Arguments: its folder, its port. */
  public static void main(String... arguments) throws IOException {
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            Path.of(arguments[0]), Integer.parseInt(arguments[1]), BrokerSettings.oneMachine());
    System.out.println("ready: " + broker.bootstrapServers());
    // Nothing is ever written to it: it ends when the process at its other end does.
    System.in.transferTo(OutputStream.nullOutputStream());
    broker.close();
  }
}
