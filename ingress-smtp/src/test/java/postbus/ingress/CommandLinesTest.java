package postbus.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines that may hold a password leave nothing behind. */
class CommandLinesTest {
  private static final String PASSWORD = "AGphbmUAc2VjcmV0";

  private final CommandLines lines =
      new CommandLines(new CommandParser("mx.example.org", false), 64);
  private final InputBuffer input = new InputBuffer();

  @Test
  void aCommandWithAPasswordIsWiped() {
    byte[] octets = octets("AUTH PLAIN " + PASSWORD + "\r\nNOOP");
    input.append(octets);
    assertThat(lines.next(input, false)).get().isInstanceOf(Command.Auth.class);
    assertThat(octets).containsExactly(octets("\0".repeat(28) + "\nNOOP"));
  }

  @Test
  void soIsOneThatIsNoCommand() {
    byte[] octets = octets("auth PL=IN " + PASSWORD + "\r\nNOOP");
    input.append(octets);
    assertThat(lines.next(input, false)).get().isInstanceOf(Command.Malformed.class);
    assertThat(new String(octets, US_ASCII)).doesNotContain(PASSWORD);
  }

  @Test
  void soIsAResponse() {
    byte[] octets = octets(PASSWORD + "\r\nNOOP");
    input.append(octets);
    assertThat(lines.next(input, true)).get().isInstanceOf(Command.Response.class);
    assertThat(octets).containsExactly(octets("\0".repeat(17) + "\nNOOP"));
  }

  @Test
  void soIsALineThatIsTooLong() {
    byte[] octets = octets("AUTH PLAIN " + PASSWORD.repeat(4));
    input.append(octets);
    assertThat(lines.next(input, false)).isEmpty();
    assertThat(new String(octets, US_ASCII)).doesNotContain("c2Vj");
  }

  @Test
  void soAreLinesThatAreRefused() {
    for (String line :
        List.of("AUTH PLAIN " + PASSWORD + "\n", "AUTH PLAIN " + PASSWORD.repeat(9) + "\r\n")) {
      byte[] octets = octets(line);
      input.append(octets);
      assertThat(lines.next(input, false)).get().isInstanceOf(Command.Malformed.class);
      assertThat(new String(octets, US_ASCII)).doesNotContain("c2Vj");
    }
    byte[] octets = octets(PASSWORD + "\n");
    input.append(octets);
    assertThat(lines.next(input, true)).get().isInstanceOf(Command.Response.class);
    assertThat(new String(octets, US_ASCII)).doesNotContain(PASSWORD);
  }

  private static byte[] octets(String text) {
    return text.getBytes(US_ASCII);
  }
}
