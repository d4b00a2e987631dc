package postbus.mail;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/**
 * The JSON form of the envelope, written here and read by {@link EnvelopeReader}.
 *
 * <p>Old golden files must stay readable; a new field is read by one release before any writes it.
 * Unknown top-level fields are carried through.
 */
public final class EnvelopeJson {
  private EnvelopeJson() {}

  /** UTF-8 JSON, one object. */
  public static byte[] write(Envelope envelope) {
    return Json.bytes(512, json -> write(json, envelope));
  }

  /**
   * @throws UnknownVersion if a newer release wrote it
   * @throws MalformedRecord if it is not an envelope at all
   */
  public static Envelope read(byte[] bytes) throws MalformedRecord {
    EnvelopeReader reader = new EnvelopeReader();
    return Json.read("envelope", bytes, reader::read)
        .orElseThrow(() ->
            new UnknownVersion(
                "envelope of version " + reader.version() + ", newer than " + Envelope.VERSION));
  }

  private static void write(JsonGenerator json, Envelope envelope) throws IOException {
    json.writeStartObject();
    json.writeNumberField("version", Envelope.VERSION);
    json.writeStringField("id", envelope.id().toString());
    json.writeStringField("reversePath", envelope.reversePath().text());
    json.writeArrayFieldStart("recipients");
    for (Recipient recipient : envelope.recipients()) {
      writeRecipient(json, recipient);
    }
    json.writeEndArray();
    json.writeStringField("receivedAt", envelope.receivedAt().toString());
    ClientJson.write(json, envelope.client());
    writeBody(json, envelope.body());
    HeaderEditsJson.write(json, envelope.edits());
    if (envelope.route().isPresent()) {
      RouteJson.write(json, envelope.route().get());
    }
    if (envelope.attempts() > 0) {
      json.writeNumberField("attempts", envelope.attempts());
    }
    if (envelope.suspect()) {
      json.writeBooleanField("suspect", true);
    }
    if (!envelope.settled().isEmpty()) {
      json.writeArrayFieldStart("settled");
      for (String key : envelope.settled()) {
        json.writeString(key);
      }
      json.writeEndArray();
    }
    ParametersJson.write(json, envelope.parameters());
    if (!envelope.history().isEmpty()) {
      json.writeArrayFieldStart("history");
      for (Attempt attempt : envelope.history()) {
        writeAttempt(json, attempt);
      }
      json.writeEndArray();
    }
    if (envelope.delayTold()) {
      json.writeBooleanField("delayTold", true);
    }
    for (Map.Entry<String, String> field : envelope.unknown().entrySet()) {
      json.writeFieldName(field.getKey());
      json.writeRawValue(field.getValue());
    }
    json.writeEndObject();
  }

  private static void writeRecipient(JsonGenerator json, Recipient recipient) throws IOException {
    json.writeStartObject();
    json.writeStringField("address", recipient.address().toString());
    if (!recipient.original().equals(recipient.address())) {
      json.writeStringField("original", recipient.original().toString());
    }
    ParametersJson.write(json, recipient.parameters());
    json.writeEndObject();
  }

  private static void writeAttempt(JsonGenerator json, Attempt attempt) throws IOException {
    json.writeStartObject();
    json.writeStringField("at", attempt.at().toString());
    json.writeStringField("reply", attempt.reply());
    if (!attempt.remote().isEmpty()) {
      json.writeStringField("remote", attempt.remote());
    }
    json.writeEndObject();
  }

  private static void writeBody(JsonGenerator json, Body body) throws IOException {
    json.writeObjectFieldStart("body");
    json.writeNumberField("size", body.size());
    if (body.eightBit()) {
      json.writeBooleanField("eightBit", true);
    }
    if (body.smtpUtf8()) {
      json.writeBooleanField("smtpUtf8", true);
    }
    if (body.stored().isPresent()) {
      json.writeStringField("stored", body.stored().get().name());
    }
    json.writeEndObject();
  }
}
