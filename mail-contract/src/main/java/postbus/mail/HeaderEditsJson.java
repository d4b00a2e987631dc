package postbus.mail;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON forms of added fields and of removals; what is empty is not written. */
final class HeaderEditsJson {
  static final String ADDED = "added";
  static final String REMOVED = "removed";

  private HeaderEditsJson() {}

  static void write(JsonGenerator json, HeaderEdits edits) throws IOException {
    if (!edits.added().isEmpty()) {
      json.writeFieldName(ADDED);
      writeFields(json, edits.added());
    }
    writeRemovals(json, edits.removed());
  }

  static void writeFields(JsonGenerator json, List<HeaderField> fields) throws IOException {
    json.writeStartArray();
    for (HeaderField field : fields) {
      json.writeStartObject();
      json.writeStringField("name", field.name());
      json.writeStringField("body", field.body());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static void writeRemovals(JsonGenerator json, List<Removal> removals) throws IOException {
    if (removals.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(REMOVED);
    for (Removal removal : removals) {
      json.writeStartObject();
      json.writeStringField("name", removal.name());
      if (!removal.token().isEmpty()) {
        json.writeStringField("token", removal.token());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static List<HeaderField> fields(JsonParser json) throws IOException {
    return Json.list(
        json,
        element -> {
          Pair field = pair(element, "body");
          return new HeaderField(field.need("name"), field.need("body"));
        });
  }

  static List<Removal> removals(JsonParser json) throws IOException {
    return Json.list(
        json,
        element -> {
          Pair removal = pair(element, "token");
          String token = removal.value;
          return new Removal(removal.need("name"), token == null ? "" : token);
        });
  }

  /** An object with a name and one other text. */
  private static Pair pair(JsonParser json, String other) throws IOException {
    Pair pair = new Pair(other);
    Json.object(json, pair::read);
    return pair;
  }

  private static final class Pair {
    private final String other;
    private @Nullable String name;
    private @Nullable String value;

    Pair(String other) {
      this.other = other;
    }

    boolean read(String key, JsonParser json) throws IOException {
      if (key.equals("name")) {
        name = Json.string(json);
      } else if (key.equals(other)) {
        value = Json.string(json);
      } else {
        return false;
      }
      return true;
    }

    String need(String key) {
      return Json.need(key.equals("name") ? name : value, key);
    }
  }
}
