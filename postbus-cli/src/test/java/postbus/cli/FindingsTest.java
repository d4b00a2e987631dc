package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import postbus.log.MissingReplicas;

/** What is wrong, and how it is told. */
class FindingsTest {
  private static final Instant NOW = Instant.parse("2007-06-01T12:00:00Z");
  private static final Status.Listener MX = new Status.Listener("mx", "192.0.2.1:25", "");
  private static final Status.Stage ROUTER =
      new Status.Stage("router", 2, List.of(), 0, true, Instant.MAX);
  private static final Status.Lane GOOGLE =
      new Status.Lane("delivery.normal.slot-01", "google.com", 17, true);
  private static final Status WELL = status(List.of(MX), List.of(ROUTER), List.of());

  @Test
  void whereNothingIsWrongNothingIsSaid() {
    assertThat(Findings.of(WELL)).isEmpty();
    assertThat(text(WELL))
        .containsExactly(
            "LISTENER  ADDRESS       STATE",
            "mx        192.0.2.1:25  takes mail",
            "",
            "STAGE   READERS  MAILS  OLDEST",
            "router  2        0      -",
            "",
            "LANE OR RETRY TOPIC      MAILS  FOR",
            "delivery.normal.slot-01  17     google.com",
            "",
            "All is well.");
  }

  @Test
  void aStageThatNobodyServesIsTheFirstThingToKnow() {
    assertThat(
            findings(
                new Status.Stage("router", 0, List.of("mail.accepted-0"), 0, true, Instant.MAX)))
        .containsExactly("nobody serves router: nothing waits for it");
    assertThat(findings(new Status.Stage("router", 0, List.of(), 3, true, ago(3))))
        .containsExactly("nobody serves router: 3 mails waiting, the oldest for 3m");
  }

  @Test
  void partitionsWithoutAnOwnerAreNamedUpToThree() {
    List<String> four = List.of("a-0", "a-1", "a-2", "a-3");
    assertThat(findings(new Status.Stage("router", 1, four, 0, true, Instant.MAX)))
        .singleElement()
        .asString()
        .startsWith("router: nobody reads a-0, a-1, a-2 and 1 more;");
  }

  @Test
  void mailsThatWaitTooLongAreWrongWhereNobodyElseHoldsThemUp() {
    assertThat(findings(new Status.Stage("router", 1, List.of(), 1, true, ago(4)))).isEmpty();
    assertThat(findings(new Status.Stage("router", 1, List.of(), 1, true, ago(6))))
        .containsExactly("router is behind: 1 mail waiting, the oldest for 6m; see its log");
    assertThat(findings(new Status.Stage("normal", 1, List.of(), 20, true, ago(61))))
        .containsExactly(
            "normal is behind: 20 mails waiting, the oldest for 1h1m;"
                + " see ./postbus queue --pool normal");
  }

  @Test
  void aListenerThatIsSilentAndDeadLettersAreToldWithWhatToDo() {
    Status.Listener silent = new Status.Listener("mx", "192.0.2.1:25", "Connection refused");
    Status.Letters letters =
        new Status.Letters("router", 2, NOW.minus(Duration.ofHours(3)), "no envelope");
    assertThat(Findings.of(status(List.of(silent), List.of(ROUTER), List.of(letters))))
        .containsExactly(
            "listener mx (192.0.2.1:25) takes no mail: Connection refused",
            "2 dead letters of router: ./postbus dead-letter list --open --stage router;"
                + " the newest, 3h0m old: no envelope");
  }

  @Test
  void withoutTheLogTheListenersAreToldOf() {
    Status status = Status.withoutLog(NOW, "no answer from the log at 127.0.0.1:9092", List.of(MX));
    assertThat(text(status))
        .containsExactly(
            "LISTENER  ADDRESS       STATE",
            "mx        192.0.2.1:25  takes mail",
            "",
            "Wrong:",
            "  no answer from the log at 127.0.0.1:9092: is Kafka running, and is --kafka or"
                + " --data right?");
  }

  @Test
  void aBrokerThatIsAwayIsNamedAlthoughNothingStops() {
    var missing = new MissingReplicas(364, List.of(3));
    assertThat(Findings.of(status(List.of(MX), List.of(ROUTER), List.of(), missing)))
        .containsExactly(
            "364 partitions without all replicas; away, or behind: broker 3;"
                + " docs/howto/kafka-lost-a-broker.md");
  }

  @Test
  void programsAreToldTheSame() {
    assertThat(StatusJson.of(WELL, List.of("x")))
        .isEqualTo(
            "{'at':'2007-06-01T12:00:00Z',"
                .concat("'listeners':[{'name':'mx','address':'192.0.2.1:25','trouble':''}],")
                .concat("'stages':[{'name':'router','readers':2,'unowned':[],'mails':0,")
                .concat("'exact':true}],'lanes':[{'topic':'delivery.normal.slot-01',")
                .concat("'site':'google.com','mails':17,'exact':true}],'held':[],")
                .concat("'deadLetters':[],'quarantine':[],'topicsAmiss':0,")
                .concat("'partitionsLackReplica':0,'wrong':['x']}")
                .replace('\'', '"'));
  }

  private static Instant ago(int minutes) {
    return NOW.minus(Duration.ofMinutes(minutes));
  }

  private static List<String> findings(Status.Stage stage) {
    return Findings.of(status(List.of(MX), List.of(stage), List.of()));
  }

  private static Status status(
      List<Status.Listener> listeners, List<Status.Stage> stages, List<Status.Letters> letters) {
    return status(listeners, stages, letters, new MissingReplicas(0, List.of()));
  }

  private static Status status(
      List<Status.Listener> listeners,
      List<Status.Stage> stages,
      List<Status.Letters> letters,
      MissingReplicas missing) {
    return new Status(
        NOW,
        "",
        listeners,
        stages,
        List.of(GOOGLE),
        List.of(),
        letters,
        Optional.empty(),
        0,
        missing);
  }

  private static List<String> text(Status status) {
    StringWriter text = new StringWriter();
    StatusText.print(status, Findings.of(status), new PrintWriter(text));
    return text.toString().lines().toList();
  }
}
