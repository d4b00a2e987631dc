package postbus.standalone;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import postbus.broker.BrokerStartFailure;
import postbus.broker.EmbeddedBroker;
import postbus.process.StartRefused;

/**
 * Lets the services wait for the broker. It starts beside Quarkus, as both have waits in which the
 * other gets on; nobody asks it anything before it is there, since a client that is refused pauses.
 */
@Singleton
class BrokerStart {
  /** Before the log is checked, which comes before all else. */
  private static final int BEFORE_ALL = 0;

  private static volatile @Nullable EmbeddedBroker broker;

  /** Called before Quarkus starts. */
  static void of(EmbeddedBroker starting) {
    broker = starting;
  }

  void await(@Observes @Priority(BEFORE_ALL) StartupEvent event) {
    EmbeddedBroker starting = broker;
    if (starting != null) {
      try {
        starting.await();
      } catch (BrokerStartFailure failure) {
        throw new StartRefused(failure.getMessage());
      }
    }
  }
}
