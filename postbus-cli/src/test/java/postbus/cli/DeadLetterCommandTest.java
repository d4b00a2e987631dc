package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static postbus.cli.LetterRig.mail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.Topics;
import postbus.mail.Envelope;

/** Letters that are looked at, dropped and edited. */
@Timeout(120)
class DeadLetterCommandTest {
  @TempDir static Path folder;
  private static LetterRig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = new LetterRig(folder.resolve("log"));
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void listsWhatIsWantedALineEach() {
    Envelope mail = mail("jane@example.org", "bob@example.org", "eve@example.org");
    String first = rig.dead("router", Topics.ACCEPTED, "k", mail, "list: \u001b[2Jpoison\nmore");
    String second = rig.garbage("policy", Topics.UNJUDGED, "{", "list: broken");

    Ran ran = rig.run("list", "--reason", "LIST:");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).hasSize(4);
    assertThat(ran.out().get(0)).matches("ID +TIME +STAGE +STATE +REASON +MAIL");
    assertThat(ran.out().get(1))
        .matches(second + " +20.* policy +new +list: broken +not a mail: envelope: .*");
    assertThat(ran.out().get(2))
        .matches(
            first
                + " +20.* router +new +list: .\\[2Jpoison +<jane@example.org> ->"
                + " bob@example.org and 1 more");
    assertThat(ran.out().get(3)).isEqualTo("new 2");
    assertThat(rig.run("list", "--reason", "list:", "--stage", "router").out()).hasSize(3);
    assertThat(rig.run("list", "--reason", "list:", "--since", "1h").out()).hasSize(4);
    assertThat(rig.run("list", "--reason", "list:", "--json").out())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"id\":\"") && line.contains("\"state\":\"new\""))
        .anyMatch(line -> line.contains("\"envelope\":{") && line.contains(mail.id().toString()));
  }

  @Test
  void showsAllOfALetter() {
    Envelope mail = LetterRig.routed(mail("jane@example.org", "bob@example.org"));
    String id = rig.dead("normal", LetterRig.LANE, "k", mail, "suspect, not bounced: 550 5.1.1 no");

    Ran ran = rig.run("show", mail.id().toString());

    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .anyMatch(line -> line.matches("letter +" + id + "  new"))
        .anyMatch(line -> line.matches("reason +suspect, not bounced: 550 5.1.1 no"))
        .anyMatch(line -> line.matches("failed in +delivery.normal.shared \\(0:42\\)"))
        .anyMatch(line -> line.matches("sender +<jane@example.org>"))
        .anyMatch(line -> line.matches("recipient +bob@example.org"))
        .anyMatch(line -> line.matches("route +normal, gateway.example: mailbox"))
        .endsWith("", "Subject: late");
    assertThat(rig.run("show", id, "--json").out())
        .singleElement()
        .asString()
        .contains("\"origin\":\"delivery.normal.shared\"");
    assertThat(rig.run("show", "normal:0:77777").status()).isEqualTo(1);
  }

  @Test
  void showsWhatIsNoMail() {
    String id = rig.garbage("policy", Topics.UNJUDGED, "{broken", "envelope: unexpected end");

    assertThat(rig.run("show", id).out())
        .anyMatch(line -> line.startsWith("not a mail"))
        .anyMatch(line -> line.matches("envelope +\\{broken"))
        .contains("Subject: late");
  }

  @Test
  void dropsLettersForAReasonAndForGood() {
    Envelope mail = mail("", "bob@example.org");
    String id = rig.dead("router", Topics.ACCEPTED, "k", mail, "drop it");
    String broken = rig.garbage("policy", Topics.UNJUDGED, "{", "drop it");

    Ran ran = rig.run("drop", id, broken, "--why", "spam of 2007");

    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .containsExactly(id + ": spam of 2007", broken + ": spam of 2007", "dropped: 2");
    assertThat(rig.run("replay", id).err())
        .singleElement()
        .asString()
        .contains(": it was dropped at ", ": spam of 2007; --again");
    assertThat(rig.run("list", "--reason", "drop it").out()).last().isEqualTo("dropped 2");
    assertThat(rig.run("list", "--reason", "drop it", "--open").status()).isEqualTo(1);
    assertThat(rig.records(Topics.EVENTS))
        .anySatisfy(event ->
            assertThat(event.value()).asString(UTF_8).contains(mail.id().toString(), "DROPPED"));
    assertThat(rig.run("drop", id).status()).isEqualTo(2);
    assertThat(rig.run("drop", id, "--why", " ").status()).isEqualTo(2);
  }

  @Test
  void refusesABadEditAndSaysWhy() {
    String id = rig.dead("router", Topics.ACCEPTED, "k", mail("", "bob@example.org"), "edit");
    String broken = rig.garbage("policy", Topics.UNJUDGED, "{", "edit");

    assertThat(rig.run("edit", id, "--recipient", "eve@example.org=x@example.org").err())
        .containsExactly(
            id
                + ": expected OLD=NEW with OLD of bob@example.org,"
                + " found eve@example.org=x@example.org");
    for (String bad :
        List.of("", "x", "a b@example.org", "<x@example.org>", "x@example.org,", "@b")) {
      assertThat(rig.run("edit", id, "--recipient", "bob@example.org=" + bad).err())
          .containsExactly(id + ": expected local-part@domain, found " + bad);
    }
    assertThat(rig.run("edit", id, "--sender", "jörg@example.org").status()).isEqualTo(1);
    assertThat(rig.run("edit", broken, "--sender", "<>").err())
        .singleElement()
        .asString()
        .startsWith(broken + ": it holds no envelope to edit: envelope: ");
    assertThat(rig.run("edit", id).status()).isEqualTo(2);
    assertThat(rig.run("list", "--stage", "router", "--reason", "edit").out())
        .last()
        .isEqualTo("new 1");
  }

  @Test
  void saysInOneLineThatTheLogDoesNotAnswer() {
    String[] nowhere = {"--kafka", "127.0.0.1:1"};
    Stream.of("list", "replay router:0:1")
        .parallel()
        .forEach(command -> {
          List<String> args = new ArrayList<>(List.of("dead-letter"));
          args.addAll(List.of(command.split(" ")));
          args.addAll(List.of(nowhere));
          Ran ran = Ran.postbus(args.toArray(String[]::new));

          assertThat(ran.status()).isEqualTo(1);
          assertThat(ran.err()).containsExactly("no answer from the log at 127.0.0.1:1");
        });
  }
}
