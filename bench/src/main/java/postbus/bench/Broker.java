package postbus.bench;

import java.io.IOException;
import java.nio.file.Path;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;

/** The broker of one machine as a {@link Child}; it says its address. */
final class Broker {
  private Broker() {}

  /**
   * @param arguments the folder of its data
   */
  public static void main(String[] arguments) throws IOException {
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(Path.of(arguments[0]), 0, BrokerSettings.oneMachine())) {
      System.out.println(broker.bootstrapServers());
      while (System.in.read() >= 0) {}
    }
    System.exit(0);
  }
}
