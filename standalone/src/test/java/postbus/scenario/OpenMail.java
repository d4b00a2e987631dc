package postbus.scenario;

import java.io.IOException;

/** A numbered mail of which the server waits for the content. */
record OpenMail(Dialogue dialogue, int number) {
  void dot(String text) throws IOException {
    dialogue.send(text + "\r\n.");
  }

  /** Its id, when it is taken; this ends the session. */
  String id() throws IOException {
    try (dialogue) {
      return Dialogue.idIn(dialogue.reply());
    }
  }
}
