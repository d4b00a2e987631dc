package postbus.bench;

import java.io.IOException;

/**
 * A mail server of its own, on loopback, with a folder of its own, that sends everything to one
 * smart host. It takes mail for {@link #DOMAIN} by two ports.
 */
interface Relay extends AutoCloseable {
  /** Where all mail of a measurement goes. */
  String DOMAIN = "dest.test";

  String SENDER = "sender@source.test";

  String name();

  String version();

  /** Returns when it takes mail. */
  void start() throws IOException;

  int port(Way way);

  ProcessGroup processes();

  /** What it said, for when something went wrong. */
  String said();

  @Override
  void close();
}
