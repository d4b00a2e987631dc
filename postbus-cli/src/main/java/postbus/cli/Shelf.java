package postbus.cli;

import java.util.List;
import postbus.log.LetterId;
import postbus.log.Letters;
import postbus.log.LogUnreachable;

/** Where letters lie, and what operators call them there. */
enum Shelf {
  /** What stages gave up. */
  DEAD("dead-letter", "dead letter", "dead letters", "normal:0:17"),

  /** What policy held back. */
  QUARANTINE("quarantine", "mail in quarantine", "places in quarantine", "quarantine:0:17");

  /** The command for it. */
  final String command;

  /** One of what lies there. */
  final String noun;

  /** Several of them. */
  final String nouns;

  private final String example;

  Shelf(String command, String noun, String nouns, String example) {
    this.command = command;
    this.noun = noun;
    this.nouns = nouns;
    this.example = example;
  }

  /** The stages in the ids of its letters. */
  List<String> stages(Letters letters) throws LogUnreachable {
    return switch (this) {
      case DEAD -> letters.stages();
      case QUARANTINE -> List.of(LetterId.QUARANTINE);
    };
  }

  /** Why a letter is not to be found here; empty if it is to be looked for. */
  String refusal(LetterId id) {
    Shelf own = id.isQuarantine() ? QUARANTINE : DEAD;
    return this == own ? "" : "%s: it is a %s: ./postbus %s".formatted(id, own.noun, own.command);
  }

  String unknown(LetterId id) {
    return id + ": there is no such " + noun;
  }

  /** What a text that names nothing should have been. */
  String expected(String text) {
    return "expected a %s such as %s, or a mail id: %s".formatted(noun, example, text);
  }
}
