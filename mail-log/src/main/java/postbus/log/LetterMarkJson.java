package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import postbus.log.LetterMark.Step;
import postbus.log.LetterMark.What;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.MalformedRecord;

/** The JSON form of a mark: the value of its record. Unknown fields are skipped. */
final class LetterMarkJson {
  private static final JsonFactory JSON = new JsonFactory();

  private LetterMarkJson() {}

  static byte[] write(LetterMark mark) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("steps");
      for (Step step : mark.steps()) {
        json.writeStartObject();
        json.writeStringField("what", step.what().name());
        json.writeStringField("at", step.at().toString());
        json.writeStringField("by", step.by());
        json.writeStringField("why", step.why());
        json.writeEndObject();
      }
      json.writeEndArray();
      if (mark.edited().isPresent()) {
        json.writeFieldName("edited");
        json.writeRawValue(new String(EnvelopeJson.write(mark.edited().get()), UTF_8));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }

  /**
   * A step of a kind that this release does not know becomes {@link What#UNKNOWN}.
   *
   * @throws MalformedRecord if it is no mark, or its envelope cannot be read
   */
  static LetterMark read(byte[] bytes) throws MalformedRecord {
    List<Step> steps = new ArrayList<>();
    Optional<Envelope> edited = Optional.empty();
    try (JsonParser json = JSON.createParser(bytes)) {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "steps" -> {
            expect(json.currentToken(), JsonToken.START_ARRAY);
            while (json.nextToken() == JsonToken.START_OBJECT) {
              steps.add(step(json));
            }
          }
          case "edited" -> edited = Optional.of(envelope(json));
          default -> json.skipChildren();
        }
      }
    } catch (IOException | DateTimeException e) {
      throw new MalformedRecord("mark: " + e.getMessage(), e);
    }
    return new LetterMark(steps, edited);
  }

  /** That of a record: null if it was deleted; something unknown if it cannot be read. */
  static @Nullable LetterMark of(ConsumerRecord<byte[], byte[]> record) {
    try {
      return record.value() == null ? null : read(record.value());
    } catch (MalformedRecord malformed) {
      Instant at = Instant.ofEpochMilli(record.timestamp());
      String why = String.valueOf(malformed.getMessage());
      return LetterMark.NONE.after(new Step(What.UNKNOWN, at, "", why));
    }
  }

  private static Step step(JsonParser json) throws IOException {
    What what = What.UNKNOWN;
    @Nullable Instant at = null;
    String by = "";
    String why = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "what" -> what = what(json.getText());
        case "at" -> at = Instant.parse(json.getText());
        case "by" -> by = json.getText();
        case "why" -> why = json.getText();
        default -> json.skipChildren();
      }
    }
    if (at == null) {
      throw new IOException("a step has no time");
    }
    return new Step(what, at, by, why);
  }

  private static What what(String name) {
    try {
      return What.valueOf(name);
    } catch (IllegalArgumentException ofANewerRelease) {
      return What.UNKNOWN;
    }
  }

  private static Envelope envelope(JsonParser json) throws IOException, MalformedRecord {
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = JSON.createGenerator(text)) {
      copy.copyCurrentStructure(json);
    }
    return EnvelopeJson.read(text.toString().getBytes(UTF_8));
  }

  private static void expect(@Nullable JsonToken found, JsonToken token) throws IOException {
    if (found != token) {
      throw new IOException("expected " + token + ", found " + found);
    }
  }
}
