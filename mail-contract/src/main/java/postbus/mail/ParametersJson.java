package postbus.mail;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import postbus.mail.MailParameters.Return;
import postbus.mail.RecipientParameters.Notify;

/** The field {@code parameters} of an envelope and of its recipients; left out where empty. */
final class ParametersJson {
  private ParametersJson() {}

  static void write(JsonGenerator json, MailParameters parameters) throws IOException {
    if (parameters.equals(MailParameters.NONE)) {
      return;
    }
    json.writeObjectFieldStart("parameters");
    if (parameters.returned() != Return.UNSAID) {
      json.writeStringField("ret", parameters.returned().name());
    }
    if (!parameters.envid().isEmpty()) {
      json.writeStringField("envid", parameters.envid());
    }
    if (parameters.requireTls()) {
      json.writeBooleanField("requireTls", true);
    }
    json.writeEndObject();
  }

  static void write(JsonGenerator json, RecipientParameters parameters) throws IOException {
    if (parameters.equals(RecipientParameters.NONE)) {
      return;
    }
    json.writeObjectFieldStart("parameters");
    if (!parameters.notices().isEmpty()) {
      json.writeArrayFieldStart("notify");
      for (Notify notify : parameters.notices().stream().sorted().toList()) {
        json.writeString(notify.name());
      }
      json.writeEndArray();
    }
    if (!parameters.orcpt().isEmpty()) {
      json.writeStringField("orcpt", parameters.orcpt());
    }
    json.writeEndObject();
  }

  static MailParameters ofMail(JsonParser json) throws IOException {
    var read =
        new Object() {
          Return returned = Return.UNSAID;
          String envid = "";
          boolean requireTls;
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "ret" -> {
                read.returned = Return.valueOf(Json.string(value));
                yield true;
              }
              case "envid" -> {
                read.envid = Json.string(value);
                yield true;
              }
              case "requireTls" -> {
                read.requireTls = value.getBooleanValue();
                yield true;
              }
              default -> false;
            });
    return new MailParameters(read.returned, read.envid, read.requireTls);
  }

  static RecipientParameters ofRecipient(JsonParser json) throws IOException {
    var read =
        new Object() {
          Set<Notify> notify = EnumSet.noneOf(Notify.class);
          String orcpt = "";
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "notify" -> {
                read.notify.addAll(Json.list(value, v -> Notify.valueOf(Json.string(v))));
                yield true;
              }
              case "orcpt" -> {
                read.orcpt = Json.string(value);
                yield true;
              }
              default -> false;
            });
    return new RecipientParameters(read.notify, read.orcpt);
  }
}
