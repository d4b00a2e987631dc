package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.EmailAddress;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.RecipientParameters;
import postbus.mail.RecipientParameters.Notify;
import postbus.mail.ReversePath;

/** What senders ask for by DSN, as they write it. */
class DsnSyntaxTest {
  private final CommandParser parser = new CommandParser("mchenry.wikimedia.org", false);

  @Test
  void aMailWithNameAndReturn() {
    assertThat(mail("RET=full envid=QQ+2B314"))
        .isEqualTo(new MailParameters(Return.FULL, "QQ+2B314", false));
    assertThat(mail("RET=HDRS")).isEqualTo(new MailParameters(Return.HDRS, "", false));
    assertThat(mail("ENVID=" + "x".repeat(100)).envid()).hasSize(100);
    assertThat(mail("SIZE=1")).isSameAs(MailParameters.NONE);
  }

  @Test
  void aRecipientWithNoticesAndHisFirstAddress() {
    assertThat(rcpt("NOTIFY=NEVER ORCPT=rfc822;Bob+2Bx@example.org"))
        .isEqualTo(new RecipientParameters(Set.of(Notify.NEVER), "rfc822;Bob+2Bx@example.org"));
    assertThat(rcpt("notify=success,Delay,FAILURE").notices())
        .containsExactlyInAnyOrder(Notify.SUCCESS, Notify.DELAY, Notify.FAILURE);
    assertThat(rcpt("ORCPT=x-400;" + "x".repeat(494)).orcpt()).hasSize(500);
  }

  @Test
  void anAddressBeyondAsciiIsCarriedInTheFormThatAllServersRead() {
    assertThat(rcpt("ORCPT=utf-8;j\u00f6rg@b\u00fccher.example").orcpt())
        .isEqualTo("utf-8;j\\x{F6}rg@b\\x{FC}cher.example");
    assertThat(rcpt("ORCPT=UTF-8;j\\x{F6}rg@example.org").orcpt())
        .isEqualTo("UTF-8;j\\x{F6}rg@example.org");
    assertThat(refusal("RCPT TO:<a@b.example> ORCPT=rfc822;j\u00f6rg@example.org"))
        .isEqualTo("501 5.5.4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RET",
        "RET=",
        "RET=FULL,HDRS",
        "RET=FULL RET=FULL",
        "RET=FULL RET=HDRS",
        "ENVID",
        "ENVID=",
        "ENVID=a ENVID=a",
        "ENVID=a=b",
        "ENVID=a+",
        "ENVID=a+4",
        "ENVID=a+4g",
        "ENVID=a+2b",
        "ENVID=+0D+0ABcc:+20x",
        "ENVID=+00",
        "ENVID=+7F",
        "ENVID=+C3+B6",
        "ENVID=\u00f6"
      })
  void whatMailMayNotSay(String parameters) {
    assertThat(refusal("MAIL FROM:<> " + parameters)).isEqualTo("501 5.5.4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOTIFY",
        "NOTIFY=",
        "NOTIFY=,",
        "NOTIFY=ALWAYS",
        "NOTIFY=SUCCESS,",
        "NOTIFY=NEVER,FAILURE",
        "NOTIFY=DELAY,NEVER",
        "NOTIFY=DELAY,DELAY",
        "NOTIFY=DELAY NOTIFY=DELAY",
        "ORCPT",
        "ORCPT=",
        "ORCPT=bob@example.org",
        "ORCPT=rfc822;",
        "ORCPT=;bob@example.org",
        "ORCPT=rfc 822;bob@example.org",
        "ORCPT=rfc(822);bob@example.org",
        "ORCPT=rfc822;bob+0D+0ATo:+20x",
        "ORCPT=rfc822;bob+zz",
        "ORCPT=rfc822;a=b",
        "ORCPT=rfc822;a ORCPT=rfc822;a"
      })
  void whatRcptMayNotSay(String parameters) {
    assertThat(refusal("RCPT TO:<a@b.example> " + parameters)).isEqualTo("501 5.5.4");
  }

  @Test
  void whatIsTooLongIsRefused() {
    assertThat(refusal("MAIL FROM:<> ENVID=" + "x".repeat(101))).isEqualTo("501 5.5.4");
    assertThat(refusal("RCPT TO:<a@b.example> ORCPT=rfc822;" + "x".repeat(494)))
        .isEqualTo("501 5.5.4");
    assertThat(refusal("RCPT TO:<a@b.example> ORCPT=" + "x".repeat(41) + ";a"))
        .isEqualTo("501 5.5.4");
    assertThat(refusal("RCPT TO:<a@b.example> ORCPT=utf-8;" + "\u00f6".repeat(100)))
        .isEqualTo("501 5.5.4");
  }

  @Test
  void eachCommandHasItsOwnParameters() {
    assertThat(refusal("MAIL FROM:<> NOTIFY=NEVER")).isEqualTo("555 5.5.4");
    assertThat(refusal("RCPT TO:<a@b.example> RET=FULL")).isEqualTo("555 5.5.4");
    assertThat(refusal("RCPT TO:<a@b.example>NOTIFY=NEVER")).isEqualTo("501 5.1.3");
  }

  private MailParameters mail(String parameters) {
    Command.Mail mail = (Command.Mail) parse("MAIL FROM:<>  " + parameters);
    assertThat(mail.from()).isEqualTo(new ReversePath.Null());
    return mail.asked();
  }

  private RecipientParameters rcpt(String parameters) {
    Command.Rcpt rcpt = (Command.Rcpt) parse("RCPT TO:<a@b.example> " + parameters);
    assertThat(rcpt.to()).isEqualTo(EmailAddress.of("a@b.example"));
    return rcpt.asked();
  }

  private String refusal(String line) {
    Command command = parse(line);
    assertThat(command).isInstanceOf(Command.Malformed.class);
    return ((Command.Malformed) command).reply().toString().substring(0, 9);
  }

  private Command parse(String line) {
    byte[] bytes = line.getBytes(UTF_8);
    return parser.parse(bytes, 0, bytes.length);
  }
}
