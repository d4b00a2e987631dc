package postbus.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** A status as one JSON object, for programs. */
final class StatusJson {
  private static final JsonFactory JSON = new JsonFactory();

  private StatusJson() {}

  private interface Part<T> {
    void write(T value) throws IOException;
  }

  static String of(Status status, List<String> findings) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("at", status.at().toString());
      array(
          json,
          "listeners",
          status.listeners(),
          listener -> {
            json.writeStringField("name", listener.name());
            json.writeStringField("address", listener.address());
            json.writeStringField("trouble", listener.trouble());
          });
      array(json, "stages", status.stages(), stage -> stage(json, stage));
      array(json, "lanes", status.lanes(), lane -> lane(json, lane));
      array(
          json,
          "held",
          status.held(),
          held -> {
            json.writeStringField("pool", held.pool());
            json.writeStringField("site", held.site());
            json.writeStringField("since", held.since().toString());
          });
      array(json, "deadLetters", status.letters(), letters -> letters(json, letters));
      array(
          json,
          "quarantine",
          status.quarantine().stream().toList(),
          letters -> letters(json, letters));
      json.writeNumberField("topicsAmiss", status.topicsAmiss());
      json.writeNumberField("partitionsLackReplica", status.missing().partitions());
      json.writeArrayFieldStart("wrong");
      for (String finding : findings) {
        json.writeString(finding);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    return text.toString();
  }

  private static void stage(JsonGenerator json, Status.Stage stage) throws IOException {
    json.writeStringField("name", stage.name());
    json.writeNumberField("readers", stage.members());
    json.writeArrayFieldStart("unowned");
    for (String partition : stage.unowned()) {
      json.writeString(partition);
    }
    json.writeEndArray();
    json.writeNumberField("mails", stage.waiting());
    json.writeBooleanField("exact", stage.isExact());
    if (!stage.oldest().equals(Instant.MAX)) {
      json.writeStringField("oldest", stage.oldest().toString());
    }
  }

  private static void lane(JsonGenerator json, Status.Lane lane) throws IOException {
    json.writeStringField("topic", lane.topic());
    json.writeStringField("site", lane.site());
    json.writeNumberField("mails", lane.mails());
    json.writeBooleanField("exact", lane.isExact());
  }

  private static void letters(JsonGenerator json, Status.Letters letters) throws IOException {
    json.writeStringField("stage", letters.stage());
    json.writeNumberField("open", letters.open());
    json.writeStringField("newest", letters.newest().toString());
    json.writeStringField("reason", letters.reason());
  }

  private static <T> void array(JsonGenerator json, String name, List<T> values, Part<T> part)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (T value : values) {
      json.writeStartObject();
      part.write(value);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
