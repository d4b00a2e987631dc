package postbus.sendmail;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import postbus.smtp.TlsWanted;

/**
 * What an administrator decides.
 *
 * @param servers whom mail is submitted to, the first that answers; at least one
 * @param domain of users of this machine
 * @param spool the folder in which mail waits while no server takes it
 * @param tls empty for the default: none to this machine itself, elsewhere if it is offered
 */
record Settings(List<Place> servers, String domain, Path spool, Optional<TlsWanted> tls) {
  /** A host, by name or address, and its port. */
  record Place(String host, int port) {}
}
