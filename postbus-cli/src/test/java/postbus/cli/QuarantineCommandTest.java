package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static postbus.cli.LetterRig.mail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.Topics;
import postbus.mail.Envelope;

/** What policy held back, and what operators do with it. */
@Timeout(120)
class QuarantineCommandTest {
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
    String first = rig.held(mail("list@example.org", "Bob@Example.org"), "list: a virus: Eicar");
    String second = rig.held(mail("", "eve@example.org"), "list: DMARC of bank.example");

    Ran ran = rig.quarantine("list", "--reason", "list:");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).hasSize(4);
    assertThat(ran.out().get(0)).matches("ID +HELD SINCE +STATE +UNTIL +CONTENT +REASON +MAIL");
    assertThat(ran.out().get(1))
        .matches(
            first
                + " +20\\S+ \\S+ +new +\\? +in the log +list: a virus: Eicar"
                + " +<list@example.org> -> Bob@example.org");
    assertThat(ran.out().get(2)).startsWith(second).contains("<> -> eve@example.org");
    assertThat(ran.out().get(3)).isEqualTo("new 2");
    assertThat(listed("--sender", "LIST@")).containsExactly(first);
    assertThat(listed("--sender", "<>")).containsExactly(second);
    assertThat(listed("--recipient", "bob@example")).containsExactly(first);
    assertThat(listed("--recipient", "nobody@")).isEmpty();
    assertThat(listed("--since", "1h")).containsExactly(first, second);
    assertThat(rig.run("list", "--reason", "list:").err())
        .containsExactly("There is no such dead letter.");
  }

  @Test
  void tellsUntilWhenOneWaits() throws Exception {
    Path site = Files.createDirectory(folder.resolve("site"));
    String settings = Files.readString(Path.of("../site/postbus.yaml"));
    Files.writeString(site.resolve("postbus.yaml"), settings + "\nquarantine: {keep: 7d}\n");
    String waits = rig.held(mail("", "eve@example.org"), "until: it waits");
    String dropped = rig.held(mail("", "eve@example.org"), "until: it is done with");
    rig.quarantine("drop", dropped, "--why", "spam");

    Ran ran = rig.quarantine("list", "--reason", "until:", "--site", site.toString());

    String end = LetterText.time(Instant.now().plus(Duration.ofDays(7))).substring(0, 10);
    assertThat(ran.out())
        .anyMatch(line -> line.matches(waits + " .* new +" + end + " \\S+ +in the log .*"))
        .anyMatch(line -> line.matches(dropped + " .* dropped +in the log .*"));
  }

  private static List<String> listed(String... options) {
    List<String> all = new java.util.ArrayList<>(List.of("list", "--json", "--reason", "list:"));
    all.addAll(List.of(options));
    return rig.quarantine(all.toArray(String[]::new)).out().stream()
        .map(line -> line.replaceAll("\\{\"id\":\"([^\"]+)\".*", "$1"))
        .toList();
  }

  @Test
  void showsAllOfOneAndSavesItsContent() throws Exception {
    Envelope mail = mail("jane@example.org", "bob@example.org").suspected();
    String id = rig.held(mail, "a virus: \u001b[2JEicar");

    Ran ran = rig.quarantine("show", mail.id().toString());

    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .anyMatch(line -> line.matches("letter +" + id + "  new"))
        .anyMatch(line -> line.matches("reason +a virus: \\?\\[2JEicar"))
        .anyMatch(line -> line.matches("judged +in its session"))
        .anyMatch(line -> line.matches("recipient +bob@example.org"))
        .anyMatch(line -> line.matches("suspect +yes.*"))
        .anyMatch(line -> line.matches("content +28 octets, in the log"))
        .endsWith("", "Subject: late");
    assertThat(rig.quarantine("show", id, "--content").out())
        .endsWith("", "Subject: late", "", "The body.");
    Path file = folder.resolve("saved");
    assertThat(rig.quarantine("show", id, "--save", file.toString()).status()).isZero();
    assertThat(file).hasContent("Subject: late\r\n\r\nThe body.\r\n");
    assertThat(rig.quarantine("show", id, "--save", file.toString()).err())
        .containsExactly(file + " is there already; nothing was written");
  }

  @Test
  void releasesAMailOnceWhoeverAsks() throws Exception {
    Envelope mail = mail("jane@example.org", "bob@example.org").suspected();
    String id = rig.held(mail, "release it");

    Ran dry = rig.quarantine("release", id, "--dry-run");

    assertThat(dry.out()).containsExactly(id + ": to its recipients", "would be released: 1");
    assertThat(rig.records(Topics.REINJECTED, mail)).isEmpty();

    Ran ran = rig.quarantine("release", mail.id().toString());

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).containsExactly(id + ": to its recipients", "released: 1");
    assertThat(rig.records(Topics.REINJECTED, mail))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.key()).asString().isEqualTo(mail.id().toString());
          assertThat(record.value()).asString().contains("Subject: late");
          assertThat(record.headers().lastHeader("reason")).isNull();
          Envelope released = LetterRig.envelope(record).orElseThrow();
          assertThat(released.receivedAt()).isAfter(Instant.now().minus(Duration.ofMinutes(5)));
          assertThat(released.recipients()).isEqualTo(mail.recipients());
          assertThat(released.suspect()).isTrue();
        });
    assertThat(rig.records(Topics.EVENTS, mail)).isEmpty();
    assertThat(rig.records(Topics.EVENTS))
        .anySatisfy(event ->
            assertThat(event.value())
                .asString(UTF_8)
                .contains(mail.id().toString(), "\"RELEASED\"", id + " by "));

    Ran twice = rig.quarantine("release", id);

    assertThat(twice.status()).isEqualTo(1);
    assertThat(twice.err())
        .singleElement()
        .asString()
        .contains(": it was released at ", ": to its recipients; --again");
    assertThat(rig.quarantine("drop", id, "--why", "spam").status()).isEqualTo(1);
    assertThat(rig.records(Topics.REINJECTED, mail)).hasSize(1);
    assertThat(rig.quarantine("release", id, "--again").status()).isZero();
    assertThat(rig.records(Topics.REINJECTED, mail)).hasSize(2);
    assertThat(rig.quarantine("list", "--reason", "release it", "--open").status()).isEqualTo(1);
  }

  @Test
  void releasesAMailToSomebodyElse() {
    Envelope mail = mail("jane@example.org", "bob@example.org", "eve@example.org");
    String id = rig.held(mail, "to another");

    for (String bad : List.of("", "x", "a b@example.org", "<x@example.org>")) {
      assertThat(rig.quarantine("release", id, "--to", bad).err())
          .containsExactly(id + ": expected local-part@domain, found " + bad);
    }
    assertThat(rig.quarantine("release", id, "--to", "noc@wikimedia.org").out())
        .containsExactly(id + ": to noc@wikimedia.org", "released: 1");
    assertThat(rig.records(Topics.REINJECTED, mail))
        .singleElement()
        .satisfies(record ->
            assertThat(LetterRig.envelope(record).orElseThrow().recipients())
                .extracting(to -> to.address().toString())
                .containsExactly("noc@wikimedia.org"));
  }

  @Test
  void dropsOneForAReasonAndForGood() {
    Envelope mail = mail("", "bob@example.org");
    String id = rig.held(mail, "drop it");

    assertThat(rig.quarantine("drop", id, "--why", "a virus").out())
        .containsExactly(id + ": a virus", "dropped: 1");

    assertThat(rig.quarantine("release", id).err())
        .singleElement()
        .asString()
        .contains(": it was dropped at ", ": a virus; --again");
    assertThat(rig.quarantine("list", "--reason", "drop it").out()).last().isEqualTo("dropped 1");
    assertThat(rig.records(Topics.EVENTS))
        .anySatisfy(event ->
            assertThat(event.value())
                .asString(UTF_8)
                .contains(mail.id().toString(), "\"DROPPED\"", "a virus"));
    assertThat(rig.records(Topics.REINJECTED, mail)).isEmpty();
  }

  @Test
  void aContentBesideTheLogIsKeptWhenItsMailIsReleased() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data/content")).getParent();
    Path content = Files.writeString(data.resolve("content/big"), "Subject: big\r\n\r\nx\r\n");
    Instant old = Instant.now().minus(Duration.ofDays(13));
    Files.setLastModifiedTime(content, java.nio.file.attribute.FileTime.from(old));
    Envelope mail = LetterRig.stored(mail("", "bob@example.org"), "big");
    String id = rig.held(mail, "stored it");
    String there = data.toString();
    String until = LetterText.time(old.plus(Duration.ofDays(14)));

    assertThat(rig.quarantine("list", "--reason", "stored it", "--data", there).out().get(1))
        .contains("  until " + until + "  ");
    assertThat(rig.quarantine("list", "--reason", "stored it").out().get(1)).contains("  gone  ");
    assertThat(rig.quarantine("release", id).err())
        .singleElement()
        .asString()
        .contains("its content big is not there");
    assertThat(rig.quarantine("release", id, "--data", there).status()).isZero();
    assertThat(Files.getLastModifiedTime(content).toInstant()).isAfter(old);
  }

  @Test
  void saysWhyAnIdIsNoneOfIts() {
    String dead = rig.dead("router", Topics.ACCEPTED, "k", mail("", "bob@example.org"), "x");
    String held = rig.held(mail("", "bob@example.org"), "unlike");

    assertThat(rig.quarantine("release", "quarantine:0:77777").err())
        .containsExactly("quarantine:0:77777: there is no such mail in quarantine");
    assertThat(rig.quarantine("release", dead).err())
        .containsExactly(dead + ": it is a dead letter: ./postbus dead-letter");
    assertThat(rig.run("replay", held).err())
        .containsExactly(held + ": it is a mail in quarantine: ./postbus quarantine");
    assertThat(rig.quarantine("show", "0000000000").status()).isEqualTo(2);
    assertThat(rig.quarantine("release", "nonsense").err().getFirst())
        .isEqualTo("expected a mail in quarantine such as quarantine:0:17, or a mail id: nonsense");
    assertThat(rig.quarantine("release", mail("", "a@b.org").id().toString()).err())
        .singleElement()
        .asString()
        .endsWith(": no mail in quarantine holds this mail");
    assertThat(rig.quarantine("release").status()).isEqualTo(2);
    assertThat(rig.quarantine("drop", held).status()).isEqualTo(2);
  }
}
