package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A filter at 127.0.3.1 that says for whom it speaks (Postfix's XCLIENT_README). */
class XclientTest {
  @TempDir private Path folder;
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    server = new RunningServer(folder, Sites.small());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void itIsOfferedToTheFilterAlone() throws IOException {
    try (SmtpPeer filter = server.from(Sites.FILTER)) {
      offers(filter).says("250-" + XclientReader.OFFER).says("250 ENHANCEDSTATUSCODES");
    }
    for (InetAddress other : new InetAddress[] {Sites.OUTSIDER, Sites.APP_SERVER}) {
      try (SmtpPeer peer = server.from(other)) {
        offers(peer).says("250 ENHANCEDSTATUSCODES");
        peer.send("XCLIENT ADDR=127.0.1.1").says("550 5.7.0");
      }
    }
  }

  private static SmtpPeer offers(SmtpPeer peer) throws IOException {
    peer.says("220").send("EHLO f.example").says("250-mchenry").says("250-PIPELINING");
    peer.says("250-SIZE").says("250-8BITMIME").says("250-SMTPUTF8");
    return peer.says("250-CHUNKING").says("250-DSN").says("250-LIMITS");
  }

  @Test
  void theClientThatItNamesCounts() throws IOException {
    try (SmtpPeer filter = server.from(Sites.FILTER)) {
      filter.says("220").send("EHLO filter.example");
      skipOffers(filter).send("XCLIENT NAME=spike.example ADDR=192.0.2.7");
      filter.says("220 mchenry.wikimedia.org ESMTP");
      filter.send("MAIL FROM:<>").says("503 5.5.1");
      mail(filter, "HELO spike.example");
    }
    assertThat(server.client().address()).isEqualTo("192.0.2.7");
    assertThat(server.client().helo()).isEqualTo("spike.example");
    assertThat(server.client().trusted()).isFalse();
    assertThat(server.received()).contains("from spike.example ([192.0.2.7])");
  }

  @Test
  void anApplicationServerBehindItIsTrusted() throws IOException {
    try (SmtpPeer filter = server.from(Sites.FILTER)) {
      filter.says("220").send("XCLIENT ADDR=127.0.1.1").says("220");
      mail(filter, "HELO app.example");
    }
    assertThat(server.client().trusted()).isTrue();
  }

  @Test
  void heloAndProtocolHoldUntilTheClientSaysOthers() throws IOException {
    try (SmtpPeer filter = server.from(Sites.FILTER)) {
      filter.says("220").send("xclient helo=sp+69ke.example PROTO=ESMTP ADDR=IPV6:2001:db8::7");
      filter.says("220");
      mail(filter, "NOOP");
    }
    assertThat(server.received())
        .contains("from spike.example ([IPv6:2001:db8:0:0:0:0:0:7])", "with ESMTP id");
  }

  @Test
  void whoIsNotKnownIsNobody() throws IOException {
    try (SmtpPeer filter = server.from(Sites.FILTER)) {
      filter.says("220").send("XCLIENT NAME=[TEMPUNAVAIL] ADDR=[UNAVAILABLE] PORT=[unavailable]");
      filter.says("220");
      mail(filter, "HELO x.example");
    }
    assertThat(server.client().address()).isEqualTo("0.0.0.0");
    assertThat(server.client().trusted()).isFalse();
  }

  @Test
  void theClientBehindItCannotSpeakForOthers() throws IOException {
    try (SmtpPeer filter = server.from(Sites.FILTER)) {
      filter.says("220").send("XCLIENT ADDR=127.0.9.1").says("220");
      filter.send("XCLIENT ADDR=127.0.1.1").says("550 5.7.0");
    }
  }

  @Test
  void onlyFromIsAskedAgain() throws IOException {
    try (SmtpPeer filter = server.from(Sites.FILTER, "behind-a-filter")) {
      filter.says("220").send("XCLIENT ADDR=127.0.9.1").says("554 5.7.1").closes();
    }
  }

  @Test
  void notInAMail() throws IOException {
    try (SmtpPeer filter = server.from(Sites.FILTER)) {
      filter.says("220").send("HELO f.example").says("250");
      filter
          .send("MAIL FROM:<>", "XCLIENT ADDR=127.0.1.1", "RSET")
          .says("250")
          .says("503 5.5.1")
          .says("250");
      filter.send("XCLIENT ADDR=127.0.1.1").says("220");
    }
  }

  @Test
  void connectionsAreCountedForTheNamedClient() throws IOException {
    try (SmtpPeer a = named();
        SmtpPeer b = named();
        SmtpPeer c = named();
        SmtpPeer d = named()) {
      for (SmtpPeer peer : new SmtpPeer[] {a, b, c, d}) {
        peer.says("220");
      }
      try (SmtpPeer fifth = named();
          SmtpPeer itself = server.from(Sites.FILTER)) {
        fifth.says("421 4.7.0").closes();
        itself.says("220");
      }
    }
  }

  @Test
  void theFilterItselfIsNoStranger() throws IOException {
    server.close();
    server = new RunningServer(folder, Sites.greetingAfter(Duration.ofMinutes(1)));
    List<SmtpPeer> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        idle.add(server.from(Sites.FILTER).says("220"));
      }
    } finally {
      for (SmtpPeer peer : idle) {
        peer.close();
      }
    }
  }

  private SmtpPeer named() throws IOException {
    return server.from(Sites.FILTER).says("220").send("XCLIENT ADDR=192.0.2.7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ADDR",
        "ADDR=",
        "ADDR=2001:db8::1",
        "ADDR=IPV6:192.0.2.1",
        "ADDR=[192.0.2.1]",
        "ADDR=192.0.2.300",
        "ADDR=spike.example",
        "ADDR=192.0.2.1 ADDR=127.0.1.1",
        "ADDR=[TEMPUNAVAIL]",
        "NAME=a..b",
        "PORT=x",
        "PORT=123456",
        "DESTPORT=-1",
        "DESTADDR=here",
        "PROTO=LMTP",
        "HELO=a+0D+0AReceived:",
        "HELO=a+0",
        "HELO=a+zz",
        "HELO=a+20b",
        "REVERSE_NAME=a",
        "=a"
      })
  void badSyntax(String attributes) {
    assertThat(parse("XCLIENT " + attributes))
        .isEqualTo(new Command.Malformed(Replies.BAD_PARAMETER));
  }

  @Test
  void everythingAtOnce() {
    assertThat(
            parse(
                "XCLIENT NAME=a.example ADDR=192.0.2.1 PORT=25 PROTO=smtp HELO=[192.0.2.1]"
                    + " LOGIN=a+2Bb DESTADDR=IPV6:::1 DESTPORT=[UNAVAILABLE]"))
        .isEqualTo(
            new Command.Xclient(
                Optional.of(InetAddress.ofLiteral("192.0.2.1")), "[192.0.2.1]", false));
  }

  private static Command parse(String line) {
    byte[] octets = line.getBytes(UTF_8);
    return new CommandParser("mchenry.wikimedia.org", false).parse(octets, 0, octets.length);
  }

  private static SmtpPeer skipOffers(SmtpPeer peer) throws IOException {
    return peer.endsWith("250 ENHANCEDSTATUSCODES");
  }

  private static void mail(SmtpPeer peer, String first) throws IOException {
    peer.send(first).says("250");
    peer.send("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
    peer.says("250").says("250").says("354").send("x", ".").says("250 2.0.0");
  }
}
