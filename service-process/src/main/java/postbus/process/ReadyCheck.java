package postbus.process;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** {@code /health/ready}: whether mail that comes to this process now goes through; asks nobody. */
@Readiness
@Singleton
class ReadyCheck implements HealthCheck {
  private final Lifecycle lifecycle;

  ReadyCheck(Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("parts");
    lifecycle.notReady().forEach(part -> answer.withData(part, "not ready"));
    return answer.status(lifecycle.isReady()).build();
  }
}
