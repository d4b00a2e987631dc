package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import postbus.log.LetterMark.Step;
import postbus.log.LetterMark.What;
import postbus.mail.MalformedRecord;

class LetterMarkTest {
  private static final Instant AT = Instant.parse("2026-11-24T04:00:00.123456Z");

  @Test
  void isReadAsItWasWritten() throws Exception {
    LetterMark mark =
        LetterMark.NONE
            .after(new Step(What.EDITED, AT, "jane", "sender \"x\" is now <>"))
            .editedAs(Mails.mail("x").envelope())
            .after(new Step(What.REPLAYED, AT, "jörg as root", "to mail.accepted"));

    assertThat(LetterMarkJson.read(LetterMarkJson.write(mark))).isEqualTo(mark);
  }

  @Test
  void ofANewerReleaseCountsAsDone() throws Exception {
    LetterMark mark =
        LetterMarkJson.read(
            """
            {"new":{"a":[1]},"steps":[{"what":"SHREDDED","at":"2026-11-24T04:00:00Z","by":"x",
             "why":"y","how":{}}]}\
            """
                .getBytes(UTF_8));

    assertThat(mark.steps()).extracting(Step::what).containsExactly(What.UNKNOWN);
    assertThat(mark.isDone()).isTrue();
  }

  @Test
  void isDoneOnceItsLetterWasReplayedOrDropped() {
    LetterMark edited = LetterMark.NONE.after(new Step(What.EDITED, AT, "x", ""));

    assertThat(LetterMark.NONE.isDone()).isFalse();
    assertThat(edited.isDone()).isFalse();
    assertThat(edited.after(new Step(What.REPLAYED, AT, "x", "")).isDone()).isTrue();
    assertThat(edited.after(new Step(What.DROPPED, AT, "x", "")).isDone()).isTrue();
  }

  @Test
  void remembersTheLastStepsOnly() {
    LetterMark mark = LetterMark.NONE;
    for (int i = 0; i < 50; i++) {
      mark = mark.after(new Step(What.EDITED, AT, "x", "edit " + i));
    }

    assertThat(mark.steps()).hasSize(LetterMark.STEPS_MAX);
    assertThat(mark.last().orElseThrow().why()).isEqualTo("edit 49");
  }

  @Test
  void thatIsNoneIsMalformed() {
    for (String bad : new String[] {"", "{", "[]", "{\"steps\":1}", "{\"steps\":[{}]}"}) {
      assertThatThrownBy(() -> LetterMarkJson.read(bad.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(MalformedRecord.class);
    }
  }

  @Test
  void aLettersIdIsReadAsItIsPrinted() {
    assertThat(LetterId.parse("normal:0:17")).contains(new LetterId("normal", 0, 17));
    assertThat(new LetterId("normal", 0, 17)).hasToString("normal:0:17");
    for (String bad : new String[] {"", "normal", "normal:0", "normal:-1:2", "a b:0:1", "x:0:1 "}) {
      assertThat(LetterId.parse(bad)).as(bad).isEmpty();
    }
  }
}
