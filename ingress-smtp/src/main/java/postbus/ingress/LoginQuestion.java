package postbus.ingress;

import java.net.InetAddress;
import java.util.Optional;

/** Whether somebody at this address may log in with these credentials. */
record LoginQuestion(InetAddress client, Credentials credentials) {

  /** The same about a name in this domain, if it has none; the password is shared. */
  LoginQuestion within(Optional<String> domain) {
    return domain.map(name -> new LoginQuestion(client, credentials.within(name))).orElse(this);
  }
}
