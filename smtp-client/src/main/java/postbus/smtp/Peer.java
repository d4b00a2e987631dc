package postbus.smtp;

import java.nio.file.Path;

/** Who is at the other end of a connection; as text: who said a reply. */
public sealed interface Peer permits Server, Peer.Socket {

  /** A UNIX socket of this host. */
  record Socket(Path path) implements Peer {
    @Override
    public String toString() {
      return path.toString();
    }
  }
}
