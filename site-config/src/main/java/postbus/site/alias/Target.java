package postbus.site.alias;

import postbus.mail.EmailAddress;

/** One item of an alias's right-hand side. */
public sealed interface Target {

  /** An address, to be routed in its turn. */
  record Address(EmailAddress value) implements Target {}

  /** A command that takes the mail on its standard input; without the bar. */
  record Pipe(String command) implements Target {}

  /** A file to append to. */
  record File(String path) implements Target {}
}
