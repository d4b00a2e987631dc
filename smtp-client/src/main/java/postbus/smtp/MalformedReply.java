package postbus.smtp;

import java.io.IOException;

/** Octets that are no SMTP reply, or more of them than a reply may have. */
final class MalformedReply extends IOException {

  MalformedReply(String what) {
    super(what);
  }
}
