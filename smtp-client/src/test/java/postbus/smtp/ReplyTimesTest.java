package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.smtp.ReplyTimes.Awaited.CONTENT;
import static postbus.smtp.ReplyTimes.Awaited.DATA;
import static postbus.smtp.ReplyTimes.Awaited.GREETING;
import static postbus.smtp.ReplyTimes.Awaited.HELLO;
import static postbus.smtp.ReplyTimes.Awaited.MAIL;
import static postbus.smtp.ReplyTimes.Awaited.RCPT;
import static postbus.smtp.Sending.GO_ON;
import static postbus.smtp.Sending.WAITS;
import static postbus.smtp.Sending.at;
import static postbus.smtp.Sending.connected;
import static postbus.smtp.Sending.mail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.smtp.ReplyTimes.Awaited;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** What somebody is told of how long servers take. */
@Timeout(20)
class ReplyTimesTest {
  private record Told(Awaited awaited, Duration time) {}

  private final List<Told> told = new ArrayList<>();

  @Test
  void areOfEachReplyAndFromWhenItsCommandWasSent() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      send(server, Sending.CONTENT, "jane@x.org", "slow@x.org");

      assertThat(told)
          .extracting(Told::awaited)
          .containsExactly(GREETING, HELLO, MAIL, RCPT, RCPT, DATA, CONTENT);
      assertThat(told.get(4).time()).isBetween(Script.GOOD.slowness(), Duration.ofSeconds(5));
      assertThat(told.getLast().time()).isLessThan(Script.GOOD.slowness());
    }
  }

  @Test
  void areOfTheLastChunkAlone() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED)) {
      send(server, "line\r\n".repeat(Chunks.CHUNK_OCTETS / 2), "jane@x.org");

      assertThat(told)
          .extracting(Told::awaited)
          .containsExactly(GREETING, HELLO, MAIL, RCPT, CONTENT);
    }
  }

  @Test
  void areOfEachRecipientOfLmtp() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      LmtpConnector connector =
          LmtpConnector.tcp("127.0.0.1", server.port(), "relay.example.org", WAITS)
              .timedBy((awaited, nanos) -> told.add(new Told(awaited, Duration.ofNanos(nanos))));
      try (SmtpConnection connection = connected(connector.open())) {
        var _ = connection.send(mail(Sending.CONTENT, "jane@x.org", "joe@x.org"), GO_ON);
      }

      assertThat(told)
          .extracting(Told::awaited)
          .containsExactly(GREETING, HELLO, MAIL, RCPT, RCPT, DATA, CONTENT, CONTENT);
    }
  }

  private void send(ScriptedSmtpServer server, String content, String... to) {
    SmtpConnector connector =
        new SmtpConnector(Sending.caller(false), WAITS)
            .timedBy((awaited, nanos) -> told.add(new Told(awaited, Duration.ofNanos(nanos))));
    try (SmtpConnection connection = connected(connector.open(List.of(at(server))))) {
      var _ = connection.send(mail(content, to), GO_ON);
    }
  }
}
