package postbus.router;

import java.util.List;
import postbus.mail.Route;
import postbus.mail.SmtpReply;
import postbus.site.alias.Target;

/** What one router says of one address. */
sealed interface Decision {

  /** Mail for the address leaves by this route. */
  record Deliver(Route route) implements Decision {}

  /** These take its place: at least one. */
  record Redirect(List<Target> targets) implements Decision {
    public Redirect {
      targets = List.copyOf(targets);
    }
  }

  /**
   * There is no such address, and there will be none: a 5yz reply.
   *
   * @param still targets that get the mail although its sender hears of a failure
   */
  record Fail(SmtpReply reply, List<Target> still) implements Decision {
    public Fail {
      still = List.copyOf(still);
    }

    Fail(SmtpReply reply) {
      this(reply, List.of());
    }
  }

  /** It cannot be told now: a 4yz reply. */
  record Defer(SmtpReply reply) implements Decision {}

  /** The site wants its mail thrown away. */
  record Discard() implements Decision {}

  /** This router has nothing to say; the next one is asked. */
  record Decline() implements Decision {}

  /** What is said of an address that no router knows. */
  static Fail unrouteable() {
    return new Fail(SmtpReply.of(550, "5.1.1", "Unrouteable address"));
  }

  /** The site's own data are wrong, or cannot be read. */
  static Defer wrongHere(String why) {
    return new Defer(SmtpReply.of(451, "4.3.5", why));
  }
}
