package postbus.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;

/** The broker of one machine as a {@link Child}; it says its address. */
final class Broker {
  private Broker() {}

  /**
   * @param arguments the folder of its data, and settings of its own such as {@code a.b=1}
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> settings = new HashMap<>(BrokerSettings.oneMachine());
    for (int i = 1; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      settings.put(setting[0], setting[1]);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), 0, settings)) {
      System.out.println(broker.bootstrapServers());
      while (System.in.read() >= 0) {}
    }
    System.exit(0);
  }
}
