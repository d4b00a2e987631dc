package postbus.auth.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.Peers;

/** Mails that other implementations signed, in all their ways: dkimpy and Mail::DKIM. */
class DkimPeersTest {
  private static final int MAILS = 25;
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
    "word ".repeat(300)
  };

  @TempDir Path folder;

  @Test
  void whatDkimpySignedPasses() throws Exception {
    Optional<Path> python = Peers.program("dkim-python");
    assumeTrue(python.isPresent(), "no dkimpy here; ./postbus test gets it");
    List<String> command = new ArrayList<>(List.of(python.get().toString()));
    command.add(Signed.file("sign.py").toString());
    command.add(Signed.file("rfc8463-rsa.pem").toString());
    command.add(Signed.ED25519_SEED);
    assertThat(signed(command)).hasSize(MAILS * 16).allSatisfy(DkimPeersTest::holdsAndBreaks);
  }

  @Test
  void whatMailDkimSignedPasses() throws Exception {
    Optional<Path> perl = Peers.program("dkim-perl");
    assumeTrue(perl.isPresent(), "no Mail::DKIM here; ./postbus test gets it");
    List<String> command = new ArrayList<>(List.of(perl.get().toString()));
    command.add(Signed.file("sign.pl").toString());
    command.add(Signed.file("rfc8463-rsa.pem").toString());
    assertThat(signed(command)).hasSize(MAILS * 4).allSatisfy(DkimPeersTest::holdsAndBreaks);
  }

  /** It passes; and no longer with a word more in a signed field, or in the body. */
  private static void holdsAndBreaks(String mail) {
    assertThat(result(mail)).isEqualTo(DkimResult.PASS);
    assertThat(result(mail.replaceFirst("(?m)^Subject:", "Subject: not")))
        .isEqualTo(DkimResult.FAIL);
    int body = mail.indexOf("\r\n\r\n") + 4;
    String longer = mail.substring(0, body) + "not" + mail.substring(body);
    assertThat(result(longer)).isEqualTo(DkimResult.FAIL);
    boolean partly = mail.substring(0, mail.indexOf("From:")).contains("l=");
    assertThat(result(mail + "and more\r\n"))
        .isEqualTo(partly ? DkimResult.POLICY : DkimResult.FAIL);
  }

  private static DkimResult result(String mail) {
    return Signed.one(mail, Signed.keys()).result();
  }

  /** Each mail in each way that the command signs. */
  private List<String> signed(List<String> command) throws IOException, InterruptedException {
    Random random = new Random(6376);
    for (int i = 0; i < MAILS; i++) {
      Path mail = folder.resolve("mail" + i);
      command.add(Files.writeString(mail, anyMail(random), StandardCharsets.ISO_8859_1).toString());
    }
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(output).isEmptyFile();
    List<String> signed = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.getFileName().toString().contains(".")).toList()) {
        signed.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return signed;
  }

  private static String anyMail(Random random) {
    StringBuilder mail = new StringBuilder();
    mail.append("From:  Joe\t<joe@football.example.com>  \r\nTo: a@b,\r\n\t c@d\r\nTo:  e@f\r\n");
    mail.append("Subject:").append("  lots of words".repeat(random.nextInt(40))).append(" x\r\n");
    for (int n = random.nextInt(20); n > 0; n--) {
      mail.append("X-").append((char) ('a' + n)).append(": y\r\n");
    }
    mail.append("\r\n");
    for (int n = random.nextInt(40); n > 0; n--) {
      mail.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return mail.append("end\r\n").toString();
  }
}
