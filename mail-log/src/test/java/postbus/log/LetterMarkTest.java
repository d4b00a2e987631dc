package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
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
  void isOfNoLetterThatCameLater() {
    LetterMark mark = LetterMark.NONE.after(new Step(What.DROPPED, AT, "x", ""));

    // The topic was deleted and created anew: another letter lies in the same place.
    assertThat(markOfOneThatCame(AT.plusSeconds(3600), mark)).isEqualTo(LetterMark.NONE);
    assertThat(markOfOneThatCame(AT.plusSeconds(60), mark)).isEqualTo(mark);
    assertThat(markOfOneThatCame(AT.minusSeconds(60), mark)).isEqualTo(mark);
  }

  /** Else a letter could be replayed twice from a host whose clock is slow. */
  @Test
  void isOfItsLetterHoweverSlowTheOperatorsClockIs() {
    Letter letter = letter(Instant.now().plusSeconds(3600));

    assertThat(new Operator("jane", false).drop(letter, LetterMark.NONE, "spam"))
        .isInstanceOfSatisfying(
            Resolution.Resolved.class,
            marked -> {
              assertThat(LetterMark.of(letter, Map.of(letter.id(), marked.mark())))
                  .isEqualTo(marked.mark());
              assertThat(marked.mark().isDone()).isTrue();
            });
  }

  private static LetterMark markOfOneThatCame(Instant at, LetterMark mark) {
    Letter letter = letter(at);
    return LetterMark.of(letter, Map.of(letter.id(), mark));
  }

  private static Letter letter(Instant at) {
    byte[] none = new byte[0];
    return new Letter(
        new ConsumerRecord<>(
            Topics.QUARANTINE,
            0,
            17,
            at.toEpochMilli(),
            TimestampType.CREATE_TIME,
            0,
            0,
            none,
            none,
            new RecordHeaders(),
            Optional.empty()));
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
