package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.ingress.LoginAnswer.Away;
import postbus.ingress.LoginAnswer.MayNotLogIn;
import postbus.ingress.LoginAnswer.Welcome;
import postbus.ingress.LoginAnswer.WrongPassword;

/** What a scripted auth service may say. {@link DovecotTest} asks a real one. */
@Timeout(120)
class DovecotLoginsTest {
  private static final String HANDSHAKE =
      "VERSION\t1\t2\nMECH\tLOGIN\tplaintext\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t2\nDONE\n";

  @TempDir private Path folder;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private ServerSocketChannel server;
  private volatile String handshake = HANDSHAKE;
  private volatile String answer = "";
  private volatile boolean hangsUp = true;

  @BeforeEach
  void listen() throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket()));
    Thread.startVirtualThread(this::serve);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void aWelcomeNamesTheAccountAsDovecotDoes() {
    answer = "OK\t1\tuser=jane@example.org\tothers=x\n";
    assertThat(ask()).isEqualTo(new Welcome("jane@example.org"));
    assertThat(heard.getFirst()).isEqualTo("VERSION\t1\t1");
    assertThat(heard.get(1)).matches("CPID\t[0-9]{7,10}");
    assertThat(heard.get(2))
        .isEqualTo(
            "AUTH\t1\tPLAIN\tservice=smtp\tsecured\tno-penalty\trip=192.0.2.1\tresp="
                + TestLogins.plain("|Jane@Example.org|secret"));
  }

  @Test
  void aUserWithoutDomainIsQualifiedByTheSiteAlone() {
    answer = "OK\t1\tuser=jane\n";
    assertThat(ask()).isInstanceOf(Away.class).asString().contains("login.domain");
    assertThat(logins(Optional.of("example.org")).ask(question()))
        .isEqualTo(new Welcome("jane@example.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OK\t1\tuser=\001t@example.org\n",
        "OK\t1\tuser=jane\001l@example.org\n",
        "OK\t1\tuser=jane doe@example.org\n",
        "OK\t1\tuser=@example.org\n",
        "OK\t1\n",
        "OK\n",
        "OK\t2\tuser=jane@example.org\n",
        "CONT\t1\tabc\n",
        "FAIL\t1\tuser=jane@example.org\ttemp\n",
        "FAIL\t1\tuser=jane@example.org\tcode=temp_fail\treason=x\n",
        "\n\n\n",
        "FAIL",
        ""
      })
  void whatIsNoClearAnswerIsNone(String said) {
    answer = said;
    assertThat(ask()).isInstanceOf(Away.class);
  }

  @Test
  void aFailureIsARefusal() {
    answer = "FAIL\t1\tuser=jane@example.org\n";
    assertThat(ask()).isEqualTo(new WrongPassword());
    answer = "SPID\t7\nWHATEVER\nFAIL\t1\treason=wrong\n";
    assertThat(ask()).isEqualTo(new WrongPassword());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OK\t1\tuser=jane@example.org\tnologin\treason=closed\n",
        "OK\t1\tuser=jane@example.org\tnologin=yes\n",
        "FAIL\t1\tuser=jane@example.org\tuser_disabled\n",
        "FAIL\t1\tcode=user_disabled\n",
        "FAIL\t1\tcode=pass_expired\n",
        "FAIL\t1\tcode=authz_fail\n"
      })
  void aClosedAccountIsNoWelcome(String said) {
    answer = said;
    assertThat(ask()).isEqualTo(new MayNotLogIn());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VERSION\t2\t0\nMECH\tPLAIN\nDONE\n",
        "MECH\tPLAIN\nDONE\n",
        "VERSION\t1\t2\nMECH\tCRAM-MD5\nDONE\n"
      })
  void aServiceThatDoesNotFitIsToldNoPassword(String said) {
    handshake = said;
    answer = "OK\t1\tuser=jane@example.org\n";
    assertThat(ask()).isInstanceOf(Away.class);
    assertThat(heard).noneMatch(line -> line.startsWith("AUTH"));
  }

  @Test
  void linesAndTheirNumberAreBounded() {
    handshake = HANDSHAKE + "x".repeat(DovecotReplies.LINE_MAX);
    assertThat(ask()).isInstanceOf(Away.class).asString().contains("a line too long");
    handshake = "MECH\tPLAIN\n".repeat(DovecotReplies.LINES_MAX + 1);
    assertThat(ask()).isInstanceOf(Away.class).asString().contains("more lines");
  }

  @Test
  void whoSaysNothingIsAwayInTime() {
    hangsUp = false;
    long begun = System.nanoTime();
    DovecotLogins logins = new DovecotLogins(socket(), Duration.ofMillis(200), Optional.empty());
    assertThat(logins.ask(question()))
        .isInstanceOf(Away.class)
        .asString()
        .contains("within PT0.2S");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void whereNobodyListensNobodyAnswers() {
    DovecotLogins logins =
        new DovecotLogins(folder.resolve("none"), Duration.ofSeconds(1), Optional.empty());
    assertThat(logins.ask(question())).isInstanceOf(Away.class).asString().contains("none");
  }

  private LoginAnswer ask() {
    return logins(Optional.empty()).ask(question());
  }

  private DovecotLogins logins(Optional<String> domain) {
    return new DovecotLogins(socket(), Duration.ofSeconds(10), domain);
  }

  private static LoginQuestion question() {
    Credentials credentials =
        Credentials.of("Jane@Example.org".getBytes(UTF_8), "secret".getBytes(UTF_8)).orElseThrow();
    return new LoginQuestion(InetAddress.ofLiteral("192.0.2.1"), credentials);
  }

  private Path socket() {
    return folder.resolve("auth");
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        talk(client);
      } catch (IOException _) {
        // The client, or the test, has gone.
      }
    }
  }

  private void talk(SocketChannel client) throws IOException {
    BufferedReader in = new BufferedReader(Channels.newReader(client, UTF_8));
    heard.add(in.readLine());
    heard.add(in.readLine());
    client.write(ByteBuffer.wrap(handshake.getBytes(UTF_8)));
    String request = in.readLine();
    if (request != null) {
      heard.add(request);
      client.write(ByteBuffer.wrap(answer.getBytes(UTF_8)));
      if (!hangsUp) {
        in.readLine();
      }
    }
  }
}
