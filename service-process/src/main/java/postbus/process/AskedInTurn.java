package postbus.process;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Asks a service of which several processes may run, over HTTP on kept connections: the first that
 * answers, in the order of the setting. One that failed comes last for {@link #PROBE_EVERY}. All of
 * them together have the time of one question, each an equal part of what is left, so that one that
 * is away or hangs leaves the others theirs. A question may be asked of more than one.
 */
public final class AskedInTurn {
  private static final Logger LOG = Logger.getLogger(AskedInTurn.class);

  /** For the TCP connection; a neighbour in the same network answers in milliseconds. */
  static final Duration CONNECT_MAX = Duration.ofSeconds(1);

  /** How often one that failed is asked first again, if its place is before the others. */
  static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  /** Octets of an answer; a reply line has 512 (RFC 5321, section 4.5.3.1.5). */
  static final int ANSWER_OCTETS_MAX = 4096;

  private final List<Server> servers;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .build();

  private record Server(String url, Breaker breaker) {}

  /** What came of a question. */
  public sealed interface Answer {
    /** The body of an answer with status 200. */
    record Given(byte[] body) implements Answer {}

    /** Nobody answered, or not with 200. */
    record None(String why) implements Answer {}
  }

  /**
   * @param urls separated by commas
   * @throws IllegalArgumentException if one is no URL of HTTP
   */
  public AskedInTurn(String urls) {
    servers =
        Arrays.stream(urls.split(",", -1))
            .map(url ->
                new Server(checked(url.strip()), new Breaker(1, PROBE_EVERY, System::nanoTime)))
            .toList();
  }

  private static String checked(String url) {
    URI uri = URI.create(url);
    if (!List.of("http", "https").contains(String.valueOf(uri.getScheme()))
        || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "expected http://HOST:PORT, or several with commas between them, found '" + url + "'");
    }
    return url.replaceAll("/+$", "");
  }

  /**
   * Returns within this time.
   *
   * @param path with what follows it
   * @param question what else belongs to the request
   */
  public Answer ask(String path, UnaryOperator<HttpRequest.Builder> question, Duration wait)
      throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    List<Server> inTurn = inTurn();
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < inTurn.size(); i++) {
      Server server = inTurn.get(i);
      long share = (deadline - System.nanoTime()) / (inTurn.size() - i);
      HttpRequest request =
          question.apply(HttpRequest.newBuilder(URI.create(server.url + path))).build();
      switch (ask(request, Duration.ofNanos(Math.max(0, share)))) {
        case Answer.Given given -> {
          if (server.breaker.answered()) {
            LOG.infof("%s answers again", server.url);
          }
          return given;
        }
        case Answer.None none -> {
          failures.add(server.url + ": " + none.why);
          if (server.breaker.failed() && servers.size() > 1) {
            LOG.warnf("%s: %s; the others are asked first", server.url, none.why);
          }
        }
      }
    }
    return new Answer.None(String.join("; ", failures));
  }

  /** Those that failed lately come last. */
  private List<Server> inTurn() {
    Map<Boolean, List<Server>> parted =
        servers.stream().collect(Collectors.partitioningBy(each -> each.breaker.allows()));
    List<Server> all = new ArrayList<>(parted.get(true));
    all.addAll(parted.get(false));
    return all;
  }

  private Answer ask(HttpRequest request, Duration wait) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_OCTETS_MAX));
    try {
      // The time limit of a request itself ends with the header of its answer.
      HttpResponse<byte[]> response = answer.get(wait.toNanos(), TimeUnit.NANOSECONDS);
      return response.statusCode() == 200
          ? new Answer.Given(response.body())
          : new Answer.None("HTTP status " + response.statusCode());
    } catch (ExecutionException e) {
      return new Answer.None(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Answer.None("no answer within " + wait);
    }
  }
}
