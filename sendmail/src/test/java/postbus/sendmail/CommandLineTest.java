package postbus.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.MailParameters.Return;
import postbus.mail.RecipientParameters.Notify;
import postbus.sendmail.Request.Refused;
import postbus.sendmail.Request.RunSpool;
import postbus.sendmail.Request.ShowSpool;
import postbus.sendmail.Request.Submit;

class CommandLineTest {

  @Test
  void cronNamesTheRecipientAndTheFullName() {
    Submit cron = submit("-FCronDaemon -i -B8BITMIME -oem root");

    assertThat(cron.recipients()).containsExactly("root");
    assertThat(cron.fullName()).contains("CronDaemon");
    assertThat(cron.dotIsText()).isTrue();
    assertThat(cron.eightBit()).isTrue();
    assertThat(cron.fromHeader()).isFalse();
  }

  @Test
  void phpReadsTheHeader() {
    Submit php = submit("-t -i -fwebmaster@example.org");

    assertThat(php.fromHeader()).isTrue();
    assertThat(php.dotIsText()).isTrue();
    assertThat(php.sender()).contains("webmaster@example.org");
    assertThat(php.recipients()).isEmpty();
  }

  @Test
  void muttPutsRecipientsBehindTwoDashes() {
    Submit mutt =
        submit("-oem -oi -f jane@example.org -N never -R hdrs -- -odd@example.org a@x.org");

    assertThat(mutt.recipients()).containsExactly("-odd@example.org", "a@x.org");
    assertThat(mutt.notices()).containsExactly(Notify.NEVER);
    assertThat(mutt.parameters().returned()).isEqualTo(Return.HDRS);
  }

  @Test
  void optionsMayStandTogetherAndAfterRecipients() {
    Submit together = submit("a@x.org -tiF Jane b@x.org -Vid+1 -r me -N failure,delay");

    assertThat(together.recipients()).containsExactly("a@x.org", "b@x.org");
    assertThat(together.fromHeader()).isTrue();
    assertThat(together.fullName()).contains("Jane");
    assertThat(together.sender()).contains("me");
    assertThat(together.parameters().envid()).isEqualTo("id+2B1");
    assertThat(together.notices()).containsExactlyInAnyOrder(Notify.FAILURE, Notify.DELAY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-bm a",
        "-Ac a",
        "-L tag a",
        "-O Timeout=1 a",
        "-X log a",
        "-h 3 a",
        "-p ESMTP:host a",
        "-em a",
        "-e m a",
        "-om a",
        "-odb a",
        "-o7 a",
        "-G a",
        "-U a",
        "-n a",
        "-m a",
        "-C file a",
      })
  void whatMeansNothingHereIsPassedOver(String line) {
    assertThat(submit(line).recipients()).containsExactly("a");
  }

  @Test
  void theSpoolIsShownAndRun() {
    assertThat(read("sendmail", "-bp")).isInstanceOf(ShowSpool.class);
    assertThat(read("mailq", "")).isInstanceOf(ShowSpool.class);
    assertThat(read("sendmail", "-q")).isInstanceOf(RunSpool.class);
    assertThat(read("sendmail", "-q15m")).isInstanceOf(RunSpool.class);
    assertThat(read("sendmail", "-vq")).isInstanceOf(RunSpool.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-i",
        "-bs",
        "-bd",
        "-bl",
        "-bi",
        "-bv a",
        "-bz a",
        "-I",
        "-k a",
        "-f",
        "a -F",
        "-N sometimes a",
        "-N never,delay a",
        "-R some a",
        "-V a=b a",
        "--help",
      })
  void whatIsNotUnderstoodOrNotDoneIsRefused(String line) {
    assertThat(read("sendmail", line)).isInstanceOf(Refused.class);
  }

  @Test
  void newaliasesIsToldThatNothingIsBuilt() {
    assertThat(read("newaliases", ""))
        .isInstanceOfSatisfying(Refused.class, why -> assertThat(why.why()).contains("saved"));
  }

  private static Submit submit(String line) {
    return (Submit) read("sendmail", line);
  }

  private static Request read(String program, String line) {
    return CommandLine.read(program, line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }
}
