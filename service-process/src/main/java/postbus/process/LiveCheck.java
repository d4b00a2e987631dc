package postbus.process;

import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/**
 * {@code /health/live}: whether this process moves. It says no only where a new process helps, and
 * knows nothing of others: whoever is away is back no sooner for it.
 */
@Liveness
@Singleton
class LiveCheck implements HealthCheck {
  private final Lifecycle lifecycle;
  private final SharedThreads threads;

  LiveCheck(Lifecycle lifecycle, SharedThreads threads) {
    this.lifecycle = lifecycle;
    this.threads = threads;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("threads");
    List<String> wedged = lifecycle.notLive();
    wedged.forEach(part -> answer.withData(part, "does not move"));
    boolean areLive = threads.areLive();
    if (!areLive) {
      answer.withData("shared threads", "do not move");
    }
    return answer.status(areLive && wedged.isEmpty()).build();
  }
}
