package postbus.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** What was measured of relays, turn by turn, for programs. */
final class RelayJson {
  private RelayJson() {}

  /**
   * @param notes on the relays
   */
  static String write(
      Machine machine, List<String> notes, Map<Load, Map<String, List<Turn>>> turns) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeStringField("machine", machine.toString());
      json.writeArrayFieldStart("notes");
      for (String note : notes) {
        json.writeString(note);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("turns");
      for (Map.Entry<Load, Map<String, List<Turn>>> load : turns.entrySet()) {
        for (Map.Entry<String, List<Turn>> relay : load.getValue().entrySet()) {
          for (Turn turn : relay.getValue()) {
            write(json, load.getKey(), relay.getKey(), turn);
          }
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Load load, String relay, Turn turn)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("way", load.way().toString());
    json.writeNumberField("octets", load.octets());
    json.writeBooleanField("kept", load.isKept());
    json.writeNumberField("sessions", load.sessions());
    json.writeStringField("relay", relay);
    json.writeNumberField("mails", turn.mails());
    json.writeNumberField("acceptedASecond", turn.acceptRate());
    json.writeNumberField("endToEndASecond", turn.rate());
    if (!Double.isNaN(turn.cpuMillis())) {
      json.writeNumberField("cpuMillisAMail", turn.cpuMillis());
    }
    json.writeNumberField("memoryMebibytes", turn.memoryMebibytes());
    json.writeEndObject();
  }
}
