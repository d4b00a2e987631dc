package postbus.ingress;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import postbus.mail.Client;
import postbus.mail.RecipientPolicy;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;
import postbus.site.Site;

/**
 * Asks policy-service about a recipient over HTTP with JSON, on kept connections. Whatever goes
 * wrong is 451: the client tries again. In one process with policy-service, its own bean is used.
 */
@DefaultBean
@ApplicationScoped
class PolicyOverHttp implements RecipientPolicy {
  private static final Logger LOG = Logger.getLogger(PolicyOverHttp.class);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

  /** Octets of an answer; a reply line has 512 (RFC 5321, section 4.5.3.1.5). */
  private static final int ANSWER_OCTETS_MAX = 4096;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .build();
  private final URI recipient;
  private final Duration wait;

  @Inject
  PolicyOverHttp(
      @ConfigProperty(name = "postbus.policy.url", defaultValue = "http://127.0.0.1:8082")
          String url,
      Site site) {
    this.recipient = URI.create(url + "/recipient");
    this.wait = site.sessions().recipientWait();
  }

  @Override
  public SmtpReply onRecipient(RecipientQuestion question) {
    HttpRequest request =
        HttpRequest.newBuilder(recipient)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json(question)))
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_OCTETS_MAX));
    try {
      // The time limit of a request itself ends with the header of its answer.
      HttpResponse<byte[]> response = answer.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() == 200) {
        JsonNode json = JSON.readTree(response.body());
        return SmtpReply.parse(json.path("reply").asText())
            .orElseGet(() -> failed("an answer that is no reply: " + json));
      }
      return failed("HTTP status " + response.statusCode());
    } catch (JacksonException e) {
      return failed("an answer that is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return failed(e.toString());
    } catch (ExecutionException e) {
      return failed(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return failed("no answer within " + wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    }
  }

  private SmtpReply failed(String reason) {
    LOG.warnf("policy at %s: %s", recipient, reason);
    return Replies.RECIPIENT_UNKNOWABLE;
  }

  private static String json(RecipientQuestion question) {
    Client client = question.client();
    ObjectNode root = JSON.createObjectNode();
    root.putObject("client")
        .put("address", client.address())
        .put("helo", client.helo())
        .put("listener", client.listener())
        .put("trusted", client.trusted());
    root.put("reversePath", question.reversePath().text());
    root.put("recipient", question.recipient().toString());
    return root.toString();
  }
}
