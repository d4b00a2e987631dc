package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import postbus.log.Letter;
import postbus.log.LetterMark;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;

/** A letter for programs: one object in one line, without the content. */
final class LetterJson {
  private static final JsonFactory JSON = new JsonFactory();

  private LetterJson() {}

  static String of(Letter letter, LetterMark mark, String content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("id", letter.id().toString());
      json.writeStringField("stage", letter.id().stage());
      json.writeStringField("at", letter.at().toString());
      json.writeStringField("state", LetterText.state(mark));
      json.writeStringField("reason", letter.reason());
      json.writeStringField("origin", letter.origin());
      json.writeStringField("originPlace", letter.originPlace());
      json.writeStringField("attempts", letter.attempts());
      json.writeStringField("replayedFrom", letter.replayedFrom());
      json.writeNumberField("size", letter.size());
      json.writeStringField("content", content);
      json.writeStringField("unreadable", letter.unreadable());
      envelope(json, "envelope", letter.envelope());
      envelope(json, "edited", mark.edited());
      json.writeArrayFieldStart("steps");
      for (LetterMark.Step step : mark.steps()) {
        json.writeStartObject();
        json.writeStringField("what", step.what().name());
        json.writeStringField("at", step.at().toString());
        json.writeStringField("by", step.by());
        json.writeStringField("why", step.why());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    return text.toString();
  }

  private static void envelope(JsonGenerator json, String name, Optional<Envelope> envelope)
      throws IOException {
    if (envelope.isPresent()) {
      json.writeFieldName(name);
      json.writeRawValue(new String(EnvelopeJson.write(envelope.get()), UTF_8));
    }
  }
}
