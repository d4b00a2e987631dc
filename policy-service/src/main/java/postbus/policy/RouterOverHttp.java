package postbus.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import postbus.mail.AddressVerifier;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;
import postbus.process.AskedInTurn;
import postbus.process.AskedInTurn.Answer;
import postbus.site.Site;

/**
 * Asks router-service over HTTP, one process of it after the other: {@code GET /verify?address=},
 * answered by {@code {"standing":"local","reply":"250 2.1.5 Ok"}}. A router that is down, slow or
 * not to be understood gives 451: the client tries again, and nothing is let through.
 *
 * <p>A positive answer is believed for {@link #GOOD_KEEP}, so that a mail's second recipient or a
 * client's second mail asks nobody; any other is not kept, so that a new address works at once.
 * Simultaneous questions about one address are asked once. Where the router runs in the same JVM
 * its own bean takes the place.
 */
@DefaultBean
@ApplicationScoped
public class RouterOverHttp implements AddressVerifier {
  private static final Logger LOG = Logger.getLogger(RouterOverHttp.class);

  /** Questions on their way at the same time; those above wait, within the same time limit. */
  static final int ASKED_AT_ONCE_MAX = 256;

  /** How long a positive answer is believed. */
  static final Duration GOOD_KEEP = Duration.ofSeconds(2);

  /** Answers that are kept or on their way. */
  static final int ANSWERS_MAX = 10_000;

  private static final Verification CANNOT_TELL =
      new Verification(
          Standing.UNKNOWN,
          SmtpReply.of(451, "4.4.3", "the address cannot be verified now; try again later"));
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AskedInTurn router;
  private final Duration answerWait;
  private final Semaphore places = new Semaphore(ASKED_AT_ONCE_MAX);
  private final AsyncCache<EmailAddress, Verification> answers =
      Caffeine.newBuilder()
          .executor(Thread::startVirtualThread)
          .maximumSize(ANSWERS_MAX)
          .expireAfter(
              Expiry.<EmailAddress, Verification>writing(
                  (_, answer) -> answer.reply().isPositive() ? GOOD_KEEP : Duration.ZERO))
          .buildAsync();

  @Inject
  RouterOverHttp(
      @ConfigProperty(name = "postbus.router.url", defaultValue = "http://127.0.0.1:8083")
          String urls,
      Site site) {
    this(urls, site.sessions().routerWait());
  }

  /**
   * @param answerWait from question to answer
   */
  RouterOverHttp(String urls, Duration answerWait) {
    this.router = new AskedInTurn(urls);
    this.answerWait = answerWait;
  }

  @Override
  public Verification verify(EmailAddress address) {
    CompletableFuture<Verification> asked = answers.get(address, this::askInTurn);
    try {
      Verification answer = asked.get(answerWait.toNanos(), TimeUnit.NANOSECONDS);
      if (!answer.reply().isPositive()) {
        answers.asMap().remove(address, asked); // The cache itself does so a moment later.
      }
      return answer;
    } catch (TimeoutException e) {
      return cannotTell("no answer within " + answerWait);
    } catch (ExecutionException e) {
      return cannotTell(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return cannotTell("interrupted");
    }
  }

  /** On a thread of its own, since others may wait for the same answer. */
  private Verification askInTurn(EmailAddress address) {
    long deadline = System.nanoTime() + answerWait.toNanos();
    try {
      if (!places.tryAcquire(answerWait.toNanos(), TimeUnit.NANOSECONDS)) {
        return cannotTell("too many questions at once");
      }
      try {
        return ask(address, deadline);
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return cannotTell("interrupted");
    }
  }

  private Verification ask(EmailAddress address, long deadline) throws InterruptedException {
    String path = "/verify?address=" + URLEncoder.encode(address.toString(), UTF_8);
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    return switch (router.ask(path, request -> request, left)) {
      case Answer.Given given -> read(given.body());
      case Answer.None none -> cannotTell(none.why());
    };
  }

  private static Verification read(byte[] answer) {
    try {
      JsonNode json = JSON.readTree(answer);
      return SmtpReply.parse(json.path("reply").asText())
          .flatMap(reply ->
              standing(json.path("standing").asText())
                  .map(standing -> new Verification(standing, reply)))
          .orElseGet(() -> cannotTell("expected standing and reply, found " + json));
    } catch (IOException e) {
      return cannotTell("not JSON");
    }
  }

  private static Optional<Standing> standing(String name) {
    return Arrays.stream(Standing.values())
        .filter(standing -> standing.name().equalsIgnoreCase(name))
        .findFirst();
  }

  private static Verification cannotTell(String why) {
    LOG.warnf("the router cannot be asked: %s", why);
    return CANNOT_TELL;
  }
}
