package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes.Name;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.ReceivedMail;
import postbus.testkit.ScriptedSmtpServer;

/** The script that is linked as {@code sendmail}, as processes call it. */
class LauncherTest {
  private static final int WAIT_SECONDS = 60;

  private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
  private @TempDir Path home;

  @BeforeEach
  void install() throws IOException {
    Path target = Files.createDirectories(home.resolve("sendmail/target"));
    Files.createDirectory(home.resolve("bin"));
    Files.createDirectory(home.resolve("links"));
    Files.copy(Path.of("../bin/sendmail"), home.resolve("bin/sendmail"));
    Files.writeString(target.resolve("java"), System.getProperty("java.home") + "/bin/java\n");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Name.MAIN_CLASS, "postbus.sendmail.Sendmail");
    String classes =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" "));
    manifest.getMainAttributes().put(Name.CLASS_PATH, classes);
    try (OutputStream jar = Files.newOutputStream(target.resolve("sendmail-0.1.0-SNAPSHOT.jar"))) {
      new JarOutputStream(jar, manifest).close();
    }
    for (String name : new String[] {"sendmail", "mailq", "newaliases"}) {
      Files.createSymbolicLink(home.resolve("links").resolve(name), home.resolve("bin/sendmail"));
    }
    serverIsAt(server.port());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aLinkToItSubmitsAMail() throws Exception {
    String text = "To: root, \"Doe, J.\" <j@x.org>\nBcc: b@x.org\nSubject: hi\n\n.x\n.\nnot this\n";

    assertThat(call(text, "sendmail", "-t", "-fweb@y.org", "-F", "J\u00f6").waitFor()).isZero();

    ReceivedMail mail = server.mails().getFirst();
    assertThat(mail.recipients()).containsExactly("root@peer.example.net", "j@x.org", "b@x.org");
    assertThat(mail.mailLine()).contains("<web@y.org>");
    assertThat(mail.text()).contains("=?UTF-8?B?SsO2?= <web@y.org>");
    assertThat(mail.text()).endsWith("\r\n\r\n.x\r\n").contains("userid ").doesNotContain("Bcc");
  }

  @Test
  void itsNameAndItsExitStatusSayWhatItIs() throws Exception {
    assertThat(call("x\n", "sendmail", "permfail@x.org").waitFor()).isEqualTo(67);
    assertThat(call("x\n", "sendmail", "--version").waitFor()).isEqualTo(64);
    assertThat(call("", "newaliases").waitFor()).isEqualTo(64);
    Process mailq = call("", "mailq");
    assertThat(mailq.inputReader().readLine()).isEqualTo("Mail queue is empty");

    Files.writeString(home.resolve("conf"), "server = nowhere\n");
    assertThat(call("x\n", "sendmail", "a@x.org").waitFor()).isEqualTo(78);
    Files.delete(home.resolve("sendmail/target/java"));
    assertThat(call("x\n", "sendmail", "a@x.org").waitFor()).isEqualTo(69);
  }

  @Test
  void whoeverIsKilledOrRunsASecondTimeEachMailLeavesOnce() throws Exception {
    assertThat(call("", "sendmail", "-q").waitFor()).isZero();
    serverIsAt(1);
    assertThat(call("x\n", "sendmail", "a@x.org").waitFor()).isZero();
    assertThat(call("x\n", "sendmail", "b@x.org").waitFor()).isZero();
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      serverIsAt(silent.getLocalPort());
      Process hangs = call("", "sendmail", "-q");
      silent.accept();
      assertThat(call("", "sendmail", "-q").waitFor()).isZero();
      assertThat(hangs.isAlive()).isTrue();
      hangs.destroyForcibly().waitFor();
    }
    serverIsAt(server.port());
    for (Process run : List.of(call("", "sendmail", "-q"), call("", "sendmail", "-q"))) {
      assertThat(run.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(server.mails())
        .flatExtracting(ReceivedMail::recipients)
        .containsExactly("a@x.org", "b@x.org");
  }

  private void serverIsAt(int port) throws IOException {
    Files.writeString(
        home.resolve("conf"), "server = 127.0.0.1:%d\nspool = spool\n".formatted(port));
  }

  /** Ends by itself within a minute, or fails the test. */
  private Process call(String input, String program, String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(
                    Stream.of(home.resolve("links").resolve(program).toString()),
                    Arrays.stream(arguments))
                .toList());
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("POSTBUS_SENDMAIL_CONF", home.resolve("conf").toString());
    builder.redirectError(home.resolve("errors").toFile());
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    }
    if (!Arrays.asList(arguments).contains("-q")) {
      assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    return process;
  }
}
