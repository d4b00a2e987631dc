package postbus.log;

import java.io.IOException;

/** No broker answered in time, or it refused the question; the text says in one line who. */
public final class LogUnreachable extends IOException {

  public LogUnreachable(String what, Throwable cause) {
    super(what, cause);
  }
}
