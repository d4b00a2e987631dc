package postbus.mail;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON form of an event: the value of its record, and a line of {@code trace --json}. */
public final class EventJson {
  private EventJson() {}

  /** UTF-8 JSON, one object, no line end. */
  public static byte[] write(Event event) {
    return Json.bytes(
        256,
        json -> {
          json.writeStartObject();
          json.writeStringField("at", event.at().toString());
          json.writeStringField("service", event.service());
          json.writeStringField("mail", event.mail().toString());
          json.writeStringField("what", event.what().name());
          json.writeStringField("sender", event.sender());
          json.writeArrayFieldStart("recipients");
          for (String recipient : event.recipients()) {
            json.writeString(recipient);
          }
          json.writeEndArray();
          json.writeStringField("detail", event.detail());
          json.writeEndObject();
        });
  }

  /** Unknown fields are skipped; an unknown kind of event is malformed. */
  public static Event read(byte[] bytes) throws MalformedRecord {
    return Json.read("event", bytes, EventJson::event);
  }

  private static Event event(JsonParser json) throws IOException {
    var read =
        new Object() {
          @Nullable Instant at;
          String service = "";
          @Nullable MailId mail;
          Event.@Nullable What what;
          String sender = "";
          List<String> recipients = List.of();
          String detail = "";
        };
    Json.object(
        json,
        (name, value) -> {
          switch (name) {
            case "at" -> read.at = Instant.parse(Json.string(value));
            case "service" -> read.service = Json.string(value);
            case "mail" -> read.mail = MailId.parse(Json.string(value)).orElse(null);
            case "what" -> read.what = Event.What.valueOf(Json.string(value));
            case "sender" -> read.sender = Json.string(value);
            case "recipients" -> read.recipients = Json.list(value, Json::string);
            case "detail" -> read.detail = Json.string(value);
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Event(
        Json.need(read.at, "at"),
        read.service,
        Json.need(read.mail, "mail"),
        Json.need(read.what, "what"),
        read.sender,
        read.recipients,
        read.detail);
  }
}
