package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

class PolicyOverHttpTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private static final RecipientQuestion QUESTION =
      new RecipientQuestion(
          new Client("127.0.9.1", "x.example", "mx", false),
          new ReversePath.Null(),
          EmailAddress.of("b@wikimedia.org"));

  private final CompletableFuture<String> asked = new CompletableFuture<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private String answer = "";
  private int status = 200;
  private boolean silent;
  private boolean stalls;
  private HttpServer server;
  private Duration wait = Duration.ofSeconds(20);

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/recipient",
        exchange -> {
          asked.complete(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          if (silent) {
            end.join();
          }
          byte[] octets = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, stalls ? octets.length + 1 : octets.length);
          exchange.getResponseBody().write(octets);
          exchange.getResponseBody().flush();
          if (stalls) {
            end.join();
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    end.complete(null);
    server.stop(0);
  }

  @Test
  void theQuestionAndTheReply() {
    answer = "{\"reply\":\"550 5.1.1 Unknown user\"}";
    assertThat(ask()).isEqualTo(SmtpReply.of(550, "5.1.1", "Unknown user"));
    assertThat(asked.join())
        .isEqualTo(
            "{\"client\":{\"address\":\"127.0.9.1\",\"helo\":\"x.example\",\"listener\":\"mx\","
                + "\"trusted\":false},\"reversePath\":\"\",\"recipient\":\"b@wikimedia.org\"}");
  }

  @Test
  void whateverIsNoReplyIs451() {
    for (String odd : new String[] {"", "{}", "[]", "{", "{\"reply\":\"yes\"}"}) {
      answer = odd;
      assertThat(ask()).isEqualTo(Replies.RECIPIENT_UNKNOWABLE);
    }
    answer = "{\"reply\":\"250 2.1.5 Ok\"}";
    status = 500;
    assertThat(ask()).isEqualTo(Replies.RECIPIENT_UNKNOWABLE);
  }

  @Test
  void silenceAndAbsenceAre451() {
    silent = true;
    wait = SHORT;
    assertThat(ask()).isEqualTo(Replies.RECIPIENT_UNKNOWABLE);
    end.complete(null);
    int port = server.getAddress().getPort();
    server.stop(0);
    assertThat(policy(port).onRecipient(QUESTION)).isEqualTo(Replies.RECIPIENT_UNKNOWABLE);
  }

  @Test
  @Timeout(120)
  void anAnswerThatDoesNotEndIs451() {
    stalls = true;
    wait = SHORT;
    answer = "{";
    assertThat(ask()).isEqualTo(Replies.RECIPIENT_UNKNOWABLE);
  }

  private SmtpReply ask() {
    return policy(server.getAddress().getPort()).onRecipient(QUESTION);
  }

  private PolicyOverHttp policy(int port) {
    return new PolicyOverHttp("http://127.0.0.1:" + port, Sites.of(Sites.limits(wait, wait, wait)));
  }
}
