package postbus.broker;

import org.jspecify.annotations.Nullable;

/** The broker cannot run here; the text says in one line why, and names the folder or port. */
public final class BrokerStartFailure extends RuntimeException {

  BrokerStartFailure(String why, @Nullable Throwable cause) {
    super(why, cause);
  }
}
