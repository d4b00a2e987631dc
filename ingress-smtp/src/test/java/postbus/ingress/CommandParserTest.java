package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.EmailAddress;
import postbus.mail.ReversePath;

class CommandParserTest {
  private final CommandParser parser = new CommandParser("mchenry.wikimedia.org", false);

  @Test
  void verbsAreReadInAnyCase() {
    assertThat(parse("eHlO app.example")).isEqualTo(new Command.Ehlo("app.example"));
    assertThat(parse("helo [192.0.2.1]")).isEqualTo(new Command.Helo("[192.0.2.1]"));
    assertThat(parse("data")).isEqualTo(new Command.Data());
    assertThat(parse("RSET ")).isEqualTo(new Command.Rset());
    assertThat(parse("noop whatever")).isEqualTo(new Command.Noop());
    assertThat(parse("quit")).isEqualTo(new Command.Quit());
    assertThat(parse("vrfy someone")).isEqualTo(new Command.Vrfy());
    assertThat(parse("expn list")).isEqualTo(new Command.Expn());
    assertThat(parse("help")).isEqualTo(new Command.Help());
    assertThat(parse("")).isEqualTo(new Command.Unknown());
    assertThat(parse("XYZZY")).isEqualTo(new Command.Unknown());
  }

  @Test
  void mailWithAllParameters() {
    assertThat(parse("MAIL FROM:<a@example.org> SIZE=12 body=8bitmime SMTPUTF8"))
        .isEqualTo(new Command.Mail(sender("a@example.org"), 12, true, true));
  }

  @Test
  void mailOfTheNullSender() {
    assertThat(parse("MAIL FROM:<>"))
        .isEqualTo(new Command.Mail(new ReversePath.Null(), 0, false, false));
  }

  @Test
  void aSizeBeyondAllBoundsIsReadAsTooBig() {
    assertThat(parse("MAIL FROM:<> SIZE=99999999999999999999"))
        .isEqualTo(new Command.Mail(new ReversePath.Null(), Long.MAX_VALUE, false, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user@example.org",
        "first.last+tag@sub.example.org",
        "\"quoted @ local\"@example.org",
        "\"with \\\" quote\"@example.org",
        "user@[192.0.2.1]",
        "user@[IPv6:2001:db8::1]",
        "a%b!c/d|e@example.org",
        ".leading@example.org",
        "two..dots@docomo.example",
        "x@under_score.example"
      })
  void addressesThatAreRead(String address) {
    assertThat(parse("RCPT TO:<" + address + ">"))
        .isEqualTo(new Command.Rcpt(EmailAddress.of(address)));
    assertThat(parse("MAIL FROM: <" + address + ">"))
        .isEqualTo(new Command.Mail(sender(address), 0, false, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user",
        "user@",
        "user@example..org",
        "user@example.org.",
        "user@-x.example",
        "us er@example.org",
        "a@b@example.org",
        "\"open@example.org",
        "\"\"@example.org",
        "\"a\"b@example.org",
        "user@[192.0.2.300]",
        "user@[example.org]",
        "user@[IPv6:2001::db8::1]",
        "user@[192.0.2.1",
        "user@exa(m)ple.org",
        "<user@example.org>",
        ""
      })
  void addressesThatAreRefused(String address) {
    assertThat(refusal("RCPT TO:<" + address + ">")).isEqualTo("501 5.1.3");
  }

  @Test
  void aPathThatIsTooLongIsRefused() {
    assertThat(refusal("RCPT TO:<" + "a".repeat(250) + "@example.org>")).isEqualTo("501 5.1.3");
  }

  @Test
  void thePostmasterNeedsNoDomain() {
    assertThat(parse("RCPT TO:<PostMaster>"))
        .isEqualTo(new Command.Rcpt(EmailAddress.of("PostMaster@mchenry.wikimedia.org")));
  }

  @Test
  void programsOfThisHostWriteToLocalUsersWithoutADomain() {
    CommandParser trusting = new CommandParser("mchenry.wikimedia.org", true);
    byte[] rcpt = "RCPT TO:<root>".getBytes(UTF_8);
    assertThat(trusting.parse(rcpt, 0, rcpt.length))
        .isEqualTo(new Command.Rcpt(EmailAddress.of("root@mchenry.wikimedia.org")));
    byte[] mail = "MAIL FROM:<cron>".getBytes(UTF_8);
    assertThat(trusting.parse(mail, 0, mail.length))
        .isEqualTo(new Command.Mail(sender("cron@mchenry.wikimedia.org"), 0, false, false));
    assertThat(refusal("RCPT TO:<root>")).isEqualTo("501 5.1.3");
    assertThat(refusal("MAIL FROM:<cron>")).startsWith("501");
  }

  @Test
  void sourceRoutesAreRefused() {
    assertThat(refusal("RCPT TO:<@a.example,@b.example:c@d.example>")).isEqualTo("553 5.1.0");
    assertThat(refusal("MAIL FROM:<@a.example:c@d.example>")).isEqualTo("553 5.1.0");
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL FROM:<> AUTH=<> AUTH=<>, 501 5.5.4",
    "MAIL FROM:<> AUTH=a=b, 501 5.5.4",
    "MAIL FROM:<> RET=HEADERS, 501 5.5.4",
    "MAIL FROM:<> SIZE=, 501 5.5.4",
    "MAIL FROM:<> SIZE=-1, 501 5.5.4",
    "MAIL FROM:<> SIZE=1 SIZE=1, 501 5.5.4",
    "MAIL FROM:<> SIZE=123456789012345678901, 501 5.5.4",
    "MAIL FROM:<> BODY=BINARYMIME, 501 5.5.4",
    "MAIL FROM:<> SMTPUTF8=yes, 501 5.5.4",
    "MAIL FROM:<>SIZE=1, 501 5.1.7",
    "MAIL FROM:a@b.example, 501 5.1.7",
    "MAIL TO:<a@b.example>, 501 5.1.7",
    "MAIL, 501 5.1.7",
    "RCPT TO:<a@b.example> SIZE=1, 555 5.5.4",
    "RCPT TO:<a@b.example>x, 501 5.1.3",
    "RCPT TO:<>, 501 5.1.3",
    "RCPT, 501 5.1.3",
    "DATA now, 501 5.5.4",
    "QUIT now, 501 5.5.4",
    "VRFY, 501 5.5.4",
    "EHLO, 501 5.5.4",
    "EHLO two words, 501 5.5.4"
  })
  void whatIsWrongIsSaid(String line, String reply) {
    assertThat(refusal(line)).isEqualTo(reply);
  }

  @Test
  void nothingInHeloCanEndAHeaderField() {
    assertThat(refusal("EHLO x\rReceived:")).isEqualTo("500 5.5.2");
    assertThat(refusal("EHLO x\u0000")).isEqualTo("500 5.5.2");
    assertThat(refusal("EHLO x;(comment)")).isEqualTo("501 5.5.4");
    assertThat(refusal("HELO <script>")).isEqualTo("501 5.5.4");
    assertThat(refusal("EHLO h\u00e9.example")).isEqualTo("501 5.5.4");
    assertThat(refusal("NOOP \u0085")).isEqualTo("500 5.5.2");
  }

  @Test
  void utf8NeedsItsParameter() {
    assertThat(refusal("MAIL FROM:<j\u00f6rg@example.org>")).isEqualTo("553 5.6.7");
    assertThat(parse("MAIL FROM:<j\u00f6rg@b\u00fccher.example> SMTPUTF8"))
        .isEqualTo(new Command.Mail(sender("j\u00f6rg@b\u00fccher.example"), 0, false, true));
  }

  @Test
  void octetsThatAreNoUtf8AreRefused() {
    byte[] line = {'N', 'O', 'O', 'P', ' ', (byte) 0xc3, (byte) 0x28};
    assertThat(parser.parse(line, 0, line.length))
        .isEqualTo(new Command.Malformed(Replies.NOT_UTF8));
  }

  private Command parse(String line) {
    byte[] bytes = ("??" + line + "\r\n").getBytes(UTF_8);
    return parser.parse(bytes, 2, bytes.length - 2);
  }

  private String refusal(String line) {
    Command command = parse(line);
    assertThat(command).isInstanceOf(Command.Malformed.class);
    return ((Command.Malformed) command).reply().toString().substring(0, 9);
  }

  private static ReversePath sender(String address) {
    return new ReversePath.Address(EmailAddress.of(address));
  }
}
