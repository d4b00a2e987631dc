package postbus.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import postbus.process.AskedInTurn.Answer;
import postbus.testkit.FreePort;

class AskedInTurnTest {
  private static final Duration WAIT = Duration.ofSeconds(4);

  private final List<HttpServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void theFirstIsAskedWhileItAnswers() throws Exception {
    AskedInTurn asked =
        new AskedInTurn(here(serving(200, "one")) + "/, " + here(serving(200, "two")));
    assertThat(answerOf(asked)).isEqualTo("one");
    assertThat(answerOf(asked)).isEqualTo("one");
  }

  @Test
  void theNextIsAskedWhereOneIsAwayOrDoesNotSayYes() throws Exception {
    int two = serving(200, "two");
    assertThat(answerOf(new AskedInTurn(here(FreePort.here()) + "," + here(two)))).isEqualTo("two");
    assertThat(answerOf(new AskedInTurn(here(serving(503, "")) + "," + here(two))))
        .isEqualTo("two");
  }

  @Test
  void oneThatHangsTakesItsShareOfTheTimeOnceInAWhile() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      AskedInTurn asked =
          new AskedInTurn(here(silent.getLocalPort()) + "," + here(serving(200, "two")));
      assertThat(answerOf(asked)).isEqualTo("two");
      long begun = System.nanoTime();
      assertThat(answerOf(asked)).isEqualTo("two");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(WAIT.dividedBy(2));
    }
  }

  @Test
  void oneThatTakesLongIsHeardAlsoWhileTheNextIsAsked() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      HttpServer slow = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      servers.add(slow);
      slow.createContext(
          "/x",
          exchange -> {
            LockSupport.parkNanos(WAIT.toNanos() * 7 / 10);
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write("slow".getBytes(UTF_8));
            exchange.close();
          });
      slow.start();
      AskedInTurn asked =
          new AskedInTurn(here(slow.getAddress().getPort()) + "," + here(silent.getLocalPort()));
      assertThat(answerOf(asked)).isEqualTo("slow");
      assertThat(answerOf(asked)).isEqualTo("slow");
    }
  }

  @Test
  void whereNobodyAnswersItSaysWhyOfEachAndAsksAgainNextTime() throws Exception {
    int away = FreePort.here();
    int broken = serving(500, "");
    AskedInTurn asked = new AskedInTurn(here(away) + "," + here(broken));
    assertThat(asked.ask("/x", request -> request, WAIT))
        .isInstanceOfSatisfying(
            Answer.None.class,
            none ->
                assertThat(none.why())
                    .contains(":" + away + ": ", ":" + broken + ": HTTP status 500"));
    serving(away, 200, "back");
    assertThat(answerOf(asked)).isEqualTo("back");
  }

  @Test
  void whatIsNoUrlIsToldAtTheStart() {
    for (String bad :
        List.of("", "policy:8082", "http://a:1,", "ftp://a", "http:///x", "http://a b")) {
      assertThatThrownBy(() -> new AskedInTurn(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static String answerOf(AskedInTurn asked) throws InterruptedException {
    return switch (asked.ask("/x", request -> request, WAIT)) {
      case Answer.Given given -> new String(given.body(), UTF_8);
      case Answer.None none -> throw new AssertionError(none.why());
    };
  }

  private static String here(int port) {
    return "http://127.0.0.1:" + port;
  }

  private int serving(int status, String body) throws IOException {
    return serving(0, status, body);
  }

  private int serving(int port, int status, String body) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext(
        "/x",
        exchange -> {
          byte[] octets = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
          exchange.getResponseBody().write(octets);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return server.getAddress().getPort();
  }
}
