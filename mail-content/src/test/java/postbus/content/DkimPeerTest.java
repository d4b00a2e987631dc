package postbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.HeaderField;
import postbus.testkit.Peers;

/** Signatures as another implementation, dkimpy, sees them. */
class DkimPeerTest {
  private static final int MAILS = 60;
  private static final String[] PIECES = {
    "\r\n",
    "\r\n",
    "\r\n\r\n",
    " ",
    "  \t",
    "word",
    "caf\u00e9",
    "=",
    ".",
    "\r\n.",
    "\n",
    "\r",
    "word ".repeat(300)
  };

  @TempDir Path folder;

  @Test
  void dkimpyAcceptsBothSignaturesOfEveryMail() throws Exception {
    Optional<Path> python = Peers.program("dkim-python");
    assumeTrue(python.isPresent(), "no dkimpy here; ./postbus test gets it");
    Random random = new Random(6376);
    List<String> command = new ArrayList<>();
    command.add(python.get().toString());
    command.add(Keys.file("verify.py").toString());
    for (int i = 0; i < MAILS; i++) {
      command.add(leaving(i, anyMail(random), random.nextBoolean()).toString());
    }
    command.add(forged().toString());
    List<String> said = run(command);
    assertThat(said).hasSize(2 * MAILS + 2);
    assertThat(said.subList(0, 2 * MAILS)).containsOnly("pass");
    assertThat(said.subList(2 * MAILS, said.size())).doesNotContain("pass");
  }

  private Path leaving(int number, String mail, boolean eightBit) throws Exception {
    HeaderField received = new HeaderField("Received", "from a\r\n\tby b");
    Form form =
        new OutgoingContent(List.of(received), Source.of(Mails.octets(mail)), Keys.both())
            .as(eightBit);
    return Files.writeString(folder.resolve(number + ".eml"), Mails.left(form), Mails.CHARSET);
  }

  /** A signed mail to which somebody added a second From. */
  private Path forged() throws Exception {
    Path file = leaving(MAILS, anyMail(new Random(1)), true);
    String mail = Files.readString(file, Mails.CHARSET);
    return Files.writeString(file, "From: eve@example.net\r\n" + mail, Mails.CHARSET);
  }

  private static String anyMail(Random random) {
    StringBuilder mail = new StringBuilder();
    mail.append("FROM:  Joe\t<joe@football.example.com>  \r\nTo: a@b,\r\n\t c@d\r\nTo:  e@f\r\n");
    mail.append("Subject:").append("  lots of words".repeat(random.nextInt(120))).append("\r\n");
    for (int n = random.nextInt(20); n > 0; n--) {
      mail.append("List-X-").append((char) ('a' + n)).append(": y\r\n");
    }
    mail.append("X-Unsigned: z\r\n");
    if (random.nextInt(8) > 0) {
      mail.append("\r\n");
      for (int n = random.nextInt(40); n > 0; n--) {
        mail.append(PIECES[random.nextInt(PIECES.length)]);
      }
    }
    return mail.toString();
  }

  private List<String> run(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try (InputStream _ = process.getInputStream()) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(output);
  }
}
