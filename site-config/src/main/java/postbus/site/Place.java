package postbus.site;

import java.nio.file.Path;
import java.util.Optional;
import postbus.mail.NextHop.Host;

/** Where a server listens. */
public sealed interface Place {
  /** How a site writes one. */
  String FORM = "host:port, or the absolute path of a UNIX socket";

  /** By TCP. */
  record Tcp(Host host) implements Place {
    @Override
    public String toString() {
      return host.toString();
    }
  }

  /** A UNIX socket of this host. */
  record Socket(Path path) implements Place {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** Empty if it is no {@link #FORM}. */
  static Optional<Place> parse(String text) {
    if (text.startsWith("/")) {
      return Optional.of(new Socket(Path.of(text).normalize()));
    }
    return Notation.host(text).map(Tcp::new);
  }
}
