package postbus.imap;

import java.util.Map;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;

/** The environment of a command: the variables that Exim gives, and none of this process's. */
final class PipeEnvironment {
  /** Where Exim looks, too. */
  private static final String PATH = "/bin:/usr/bin";

  private PipeEnvironment() {}

  /** Without a mail: to try whether commands can be run. */
  static Map<String, String> bare() {
    return Map.of("PATH", PATH);
  }

  /**
   * LOGNAME and USER are the local part, as with Exim, and not who runs the command.
   *
   * @param recipient the address whose alias names the command
   */
  static Map<String, String> of(Envelope envelope, EmailAddress recipient, String home) {
    String localPart = plain(recipient.unquotedLocalPart());
    return Map.of(
        "PATH",
        PATH,
        "SHELL",
        "/bin/sh",
        "HOME",
        home,
        "LOCAL_PART",
        localPart,
        "LOGNAME",
        localPart,
        "USER",
        localPart,
        "DOMAIN",
        plain(recipient.domain()),
        "RECIPIENT",
        plain(recipient.toString()),
        "SENDER",
        plain(envelope.reversePath().text()),
        "MESSAGE_ID",
        envelope.id().toString());
  }

  /** A line end would let a sender write a second line into the log of a careless script. */
  private static String plain(String value) {
    return value.replaceAll("\\p{Cntrl}", "?");
  }
}
