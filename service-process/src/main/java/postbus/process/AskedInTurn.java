package postbus.process;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.log.Breaker;

/**
 * Asks a service of which several processes may run, over HTTP on kept connections, in the order of
 * the setting: the next one if one fails, or is silent for its share of the time, an equal part of
 * what is left. The first answer is taken. One that is silent goes on being waited for beside the
 * next, since it may wait for others itself: a question that takes long is given all the time there
 * is, and is nobody's failure because there are two to ask. One that failed or was silent comes
 * last for {@link #PROBE_EVERY}. A question may be asked of more than one.
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
    Asking asking = new Asking();
    try {
      for (int i = 0; i < inTurn.size(); i++) {
        Server server = inTurn.get(i);
        boolean isLast = i == inTurn.size() - 1;
        asking.begin(
            server, question.apply(HttpRequest.newBuilder(URI.create(server.url + path))).build());
        long share = (deadline - System.nanoTime()) / (inTurn.size() - i);
        Optional<Answer.Given> answer = asking.await(server, isLast, share);
        if (answer.isPresent()) {
          return answer.get();
        }
      }
      return asking.none();
    } finally {
      asking.giveUp();
    }
  }

  /** One question, and whom it was put to. */
  private final class Asking {
    private final Map<Server, CompletableFuture<?>> pending = new HashMap<>();
    private final Map<Server, String> failures = new LinkedHashMap<>();
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();

    private record Ended(Server server, Answer answer) {}

    void begin(Server server, HttpRequest request) {
      CompletableFuture<HttpResponse<byte[]>> answer =
          http.sendAsync(
              request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_OCTETS_MAX));
      pending.put(server, answer);
      var _ =
          answer.whenComplete(
              (response, failure) -> ended.add(new Ended(server, answer(response, failure))));
    }

    /**
     * Waits for an answer of any of them, until this one has failed, or all if it is the last, or
     * the time is up. The time limit of a request itself would end with the header of its answer.
     */
    Optional<Answer.Given> await(Server latest, boolean isLast, long nanos)
        throws InterruptedException {
      long end = System.nanoTime() + nanos;
      while (isLast ? !pending.isEmpty() : pending.containsKey(latest)) {
        Ended next = ended.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          if (pending.containsKey(latest)) {
            failed(latest, "no answer within " + Duration.ofNanos(nanos));
          }
          return Optional.empty();
        }
        pending.remove(next.server);
        switch (next.answer) {
          case Answer.Given given -> {
            if (next.server.breaker.answered()) {
              LOG.infof("%s answers again", next.server.url);
            }
            return Optional.of(given);
          }
          case Answer.None none -> failed(next.server, none.why);
        }
      }
      return Optional.empty();
    }

    private void failed(Server server, String why) {
      failures.put(server, server.url + ": " + why);
      if (server.breaker.failed() && servers.size() > 1) {
        LOG.warnf("%s: %s; the others are asked first", server.url, why);
      }
    }

    Answer.None none() {
      return new Answer.None(String.join("; ", failures.values()));
    }

    void giveUp() {
      pending.values().forEach(request -> request.cancel(true));
    }
  }

  private static Answer answer(
      @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
    if (response == null) {
      return new Answer.None(
          String.valueOf(failure instanceof CompletionException e ? e.getCause() : failure));
    }
    return response.statusCode() == 200
        ? new Answer.Given(response.body())
        : new Answer.None("HTTP status " + response.statusCode());
  }

  /** Those that failed lately come last. */
  private List<Server> inTurn() {
    Map<Boolean, List<Server>> parted =
        servers.stream().collect(Collectors.partitioningBy(each -> each.breaker.allows()));
    List<Server> all = new ArrayList<>(parted.get(true));
    all.addAll(parted.get(false));
    return all;
  }
}
