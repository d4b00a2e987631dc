package postbus.mail;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON forms of what deliverers, the router and operators tell each other about sites: orders,
 * states, claims of slots. Unknown fields are skipped.
 */
public final class DeliveryJson {
  private DeliveryJson() {}

  public static byte[] write(Order order) {
    return Json.bytes(
        256,
        json -> {
          json.writeStartObject();
          json.writeStringField("id", order.id().toString());
          json.writeStringField("by", order.by());
          json.writeStringField("pool", order.pool());
          json.writeStringField("site", order.site());
          json.writeStringField("action", order.action().name());
          json.writeArrayFieldStart("upTo");
          for (Order.End end : order.upTo()) {
            json.writeStartObject();
            json.writeStringField("topic", end.topic());
            json.writeNumberField("partition", end.partition());
            json.writeNumberField("offset", end.offset());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeStringField("target", order.target());
          json.writeStringField("why", order.why());
          json.writeEndObject();
        });
  }

  public static Order readOrder(byte[] octets) throws MalformedRecord {
    return Json.read(
        "order",
        octets,
        json -> {
          List<Order.End> upTo = new ArrayList<>();
          Fields fields = new Fields();
          Json.object(
              json,
              (name, value) -> {
                if (name.equals("upTo")) {
                  upTo.addAll(Json.list(value, DeliveryJson::end));
                  return true;
                }
                return fields.read(name, value);
              });
          return new Order(
              MailId.parse(fields.text("id"))
                  .orElseThrow(() -> new IllegalArgumentException("the field id is no id")),
              fields.text("by"),
              fields.text("pool"),
              fields.text("site"),
              Order.Action.valueOf(fields.text("action")),
              upTo,
              fields.text("target"),
              fields.text("why"));
        });
  }

  private static Order.End end(JsonParser json) throws IOException {
    Fields fields = Fields.of(json);
    return new Order.End(fields.text("topic"), fields.count("partition"), fields.whole("offset"));
  }

  public static byte[] write(SiteState state) {
    return Json.bytes(
        256,
        json -> {
          json.writeStartObject();
          json.writeStringField("pool", state.pool());
          json.writeStringField("site", state.site());
          json.writeStringField("lane", state.lane());
          json.writeNumberField("partition", state.partition());
          json.writeStringField("at", state.at().toString());
          write(json, "closedUntil", state.closedUntil());
          write(json, "bookedUntil", state.bookedUntil());
          write(json, "nextSend", state.nextSend());
          json.writeBooleanField("held", state.held());
          json.writeNumberField("failures", state.failures());
          json.writeNumberField("connections", state.connections());
          json.writeNumberField("inHand", state.inHand());
          json.writeNumberField("aside", state.aside());
          json.writeStringField("lastReply", state.lastReply());
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String name, Optional<Instant> at)
      throws IOException {
    if (at.isPresent()) {
      json.writeStringField(name, at.get().toString());
    }
  }

  public static SiteState readState(byte[] octets) throws MalformedRecord {
    return Json.read("state of a site", octets, DeliveryJson::state);
  }

  private static SiteState state(JsonParser json) throws IOException {
    Fields fields = Fields.of(json);
    return new SiteState(
        fields.text("pool"),
        fields.text("site"),
        fields.text("lane"),
        fields.count("partition"),
        Instant.parse(fields.text("at")),
        fields.instant("closedUntil"),
        fields.instant("bookedUntil"),
        fields.instant("nextSend"),
        fields.truth("held"),
        fields.count("failures"),
        fields.number("connections"),
        fields.count("inHand"),
        fields.whole("aside"),
        fields.text("lastReply"));
  }

  public static byte[] write(SlotClaim claim) {
    return Json.bytes(
        128,
        json -> {
          json.writeStartObject();
          json.writeStringField("pool", claim.pool());
          json.writeStringField("site", claim.site());
          json.writeNumberField("slot", claim.slot());
          json.writeStringField("at", claim.at().toString());
          json.writeEndObject();
        });
  }

  public static SlotClaim readClaim(byte[] octets) throws MalformedRecord {
    return Json.read("claim of a slot", octets, DeliveryJson::claim);
  }

  private static SlotClaim claim(JsonParser json) throws IOException {
    Fields fields = Fields.of(json);
    return new SlotClaim(
        fields.text("pool"),
        fields.text("site"),
        fields.count("slot"),
        Instant.parse(fields.text("at")));
  }

  /** The plain values of one object. */
  private static final class Fields {
    private final Map<String, String> texts = new HashMap<>();

    static Fields of(JsonParser json) throws IOException {
      Fields fields = new Fields();
      Json.object(json, fields::read);
      return fields;
    }

    boolean read(String name, JsonParser value) throws IOException {
      if (!value.currentToken().isScalarValue()) {
        return false;
      }
      texts.put(name, value.getText());
      return true;
    }

    String text(String name) {
      return Json.need(texts.get(name), name);
    }

    int count(String name) {
      return Integer.parseInt(text(name));
    }

    long whole(String name) {
      return Long.parseLong(text(name));
    }

    double number(String name) {
      return Double.parseDouble(text(name));
    }

    boolean truth(String name) {
      return Boolean.parseBoolean(text(name));
    }

    Optional<Instant> instant(String name) {
      return Optional.ofNullable(texts.get(name)).map(Instant::parse);
    }
  }
}
