package postbus.ingress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import postbus.mail.Client;
import postbus.mail.RecipientPolicy;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;
import postbus.process.AskedInTurn;
import postbus.process.AskedInTurn.Answer;
import postbus.site.Site;

/**
 * Asks policy-service about a recipient over HTTP with JSON, one process of it after the other.
 * Whatever goes wrong is 451: the client tries again. In one process with policy-service, its own
 * bean is used.
 */
@DefaultBean
@ApplicationScoped
class PolicyOverHttp implements RecipientPolicy {
  private static final Logger LOG = Logger.getLogger(PolicyOverHttp.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AskedInTurn policy;
  private final Duration wait;

  @Inject
  PolicyOverHttp(
      @ConfigProperty(name = "postbus.policy.url", defaultValue = "http://127.0.0.1:8082")
          String urls,
      Site site) {
    this.policy = new AskedInTurn(urls);
    this.wait = site.sessions().recipientWait();
  }

  @Override
  public SmtpReply onRecipient(RecipientQuestion question) {
    BodyPublisher body = BodyPublishers.ofString(json(question));
    try {
      return switch (policy.ask(
          "/recipient",
          request -> request.header("Content-Type", "application/json").POST(body),
          wait)) {
        case Answer.Given given -> reply(given.body());
        case Answer.None none -> failed(none.why());
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    }
  }

  private static SmtpReply reply(byte[] answer) {
    try {
      JsonNode json = JSON.readTree(answer);
      return SmtpReply.parse(json.path("reply").asText())
          .orElseGet(() -> failed("an answer that is no reply: " + json));
    } catch (IOException e) {
      return failed("an answer that is no JSON");
    }
  }

  private static SmtpReply failed(String reason) {
    LOG.warnf("policy cannot be asked: %s", reason);
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
