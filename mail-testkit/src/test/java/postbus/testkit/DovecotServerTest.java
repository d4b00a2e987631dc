package postbus.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DovecotServerTest {
  private static final String JANE = "jane@example.org";

  private static DovecotServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(DovecotServer.isAvailable(), "no Dovecot on this machine");
    server = DovecotServer.start();
    server.account(JANE, "secret");
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void takesAMailByLmtpAndShowsItByImap() throws Exception {
    assertThat(deliver()).startsWith("250 2.0.0");
    try (ImapMailbox jane = server.imap(JANE, "secret")) {
      assertThat(new String(jane.mails().getLast(), ISO_8859_1))
          .startsWith("Return-Path: <a@example.net>\r\n")
          .endsWith("\r\nSubject: hello\r\n\r\nhello\r\n");
    }
    assertThat(server.maildir(JANE).resolve("cur")).isDirectory();
    assertThat(Files.isWritable(server.lmtpSocket())).isTrue();
    assertThat(Files.isWritable(server.authSocket())).isTrue();
    assertThatThrownBy(() -> server.imap(JANE, "wrong").close()).isInstanceOf(IOException.class);
  }

  @Test
  void leavesNothingRunningHoweverItEnds() throws Exception {
    assertThat(deliver()).startsWith("250 2.0.0");
    server.process().stop();
    assertThatThrownBy(this::deliver).isInstanceOf(IOException.class);
    server.process().restart();
    assertThat(deliver()).startsWith("250 2.0.0");
    server.process().kill();
    assertThatThrownBy(this::deliver).isInstanceOf(IOException.class);
    server.process().restart();
    assertThat(deliver()).startsWith("250 2.0.0");
  }

  @Test
  void answersNobodyWhileItHangs() throws Exception {
    server.process().pause();
    assertThatThrownBy(this::deliver).isInstanceOf(IOException.class);
    server.process().resume();
    assertThatCode(this::deliver).doesNotThrowAnyException();
  }

  /** The reply to the final dot. */
  private String deliver() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.lmtpPort())) {
      socket.setSoTimeout(5000);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
      OutputStream out = socket.getOutputStream();
      String reply = reply(in);
      for (String line :
          List.of(
              "LHLO localhost",
              "MAIL FROM:<a@example.net>",
              "RCPT TO:<" + JANE + ">",
              "DATA",
              "Subject: hello\r\n\r\nhello\r\n.")) {
        out.write((line + "\r\n").getBytes(ISO_8859_1));
        reply = reply(in);
      }
      return reply;
    }
  }

  private static String reply(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (line != null && line.startsWith("-", 3)) {
      line = in.readLine();
    }
    if (line == null) {
      throw new IOException("closed");
    }
    return line;
  }
}
