package postbus.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a process how it is, as Kubernetes does. */
final class Probe {
  private static final Duration WAIT = Duration.ofSeconds(5);

  private Probe() {}

  /** The status of {@code /health/ready}; 0 if nobody answers. */
  static int ready(int managementPort) throws InterruptedException {
    URI place = URI.create("http://127.0.0.1:" + managementPort + "/health/ready");
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(WAIT).build()) {
      HttpRequest question = HttpRequest.newBuilder(place).timeout(WAIT).build();
      return client.send(question, BodyHandlers.discarding()).statusCode();
    } catch (IOException nobody) {
      return 0;
    }
  }
}
