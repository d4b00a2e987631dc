package postbus.mail;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of a verdict: the value of a record of {@code mail.verdicts}. Its one field that is
 * a form says which verdict it is. A reader that does not know the form has no verdict, and takes
 * the mail unjudged; so whatever is not a plain acceptance has a form of its own. Fields to be
 * removed are a field beside it.
 */
public final class VerdictJson {
  private static final String ACCEPT = "accept";
  private static final String SUSPECT = "suspect";
  private static final String QUARANTINE = "quarantine";
  private static final String REFUSE = "refuse";

  private VerdictJson() {}

  /** UTF-8 JSON, one object. */
  public static byte[] write(Verdict verdict) {
    return Json.bytes(
        128,
        json -> {
          json.writeStartObject();
          switch (verdict) {
            case Verdict.Accept accept -> {
              json.writeFieldName(accept.suspect() ? SUSPECT : ACCEPT);
              HeaderEditsJson.writeFields(json, accept.fields());
              HeaderEditsJson.writeRemovals(json, accept.edits().removed());
            }
            case Verdict.Quarantine quarantine -> {
              write(json, quarantine);
              HeaderEditsJson.writeRemovals(json, quarantine.edits().removed());
            }
            case Verdict.Refuse(SmtpReply reply) -> json.writeStringField(REFUSE, reply.toString());
          }
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, Verdict.Quarantine quarantine) throws IOException {
    json.writeObjectFieldStart(QUARANTINE);
    json.writeStringField("reason", quarantine.reason());
    json.writeFieldName("fields");
    HeaderEditsJson.writeFields(json, quarantine.fields());
    json.writeEndObject();
  }

  /** None of the forms, or several of them, is malformed. */
  public static Verdict read(byte[] bytes) throws MalformedRecord {
    return Json.read("verdict", bytes, VerdictJson::verdict);
  }

  private static Verdict verdict(JsonParser json) throws IOException {
    var read =
        new Object() {
          @Nullable Verdict verdict;
          List<Removal> removed = List.of();
        };
    Json.object(
        json,
        (name, value) -> {
          if (name.equals(HeaderEditsJson.REMOVED)) {
            read.removed = HeaderEditsJson.removals(value);
            return true;
          }
          Verdict found =
              switch (name) {
                case ACCEPT -> new Verdict.Accept(HeaderEditsJson.fields(value));
                case SUSPECT -> new Verdict.Accept(HeaderEditsJson.fields(value), true);
                case QUARANTINE -> quarantine(value);
                case REFUSE -> refusal(Json.string(value));
                default -> null;
              };
          if (found != null && read.verdict != null) {
            throw new IllegalArgumentException("two verdicts, the second of them " + name);
          }
          read.verdict = found == null ? read.verdict : found;
          return found != null;
        });
    return removing(read.removed, Json.need(read.verdict, "accept, suspect, quarantine or refuse"));
  }

  private static Verdict removing(List<Removal> removed, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accept accept ->
          new Verdict.Accept(new HeaderEdits(accept.fields(), removed), accept.suspect());
      case Verdict.Quarantine held ->
          new Verdict.Quarantine(held.reason(), new HeaderEdits(held.fields(), removed));
      case Verdict.Refuse refusal -> refusal;
    };
  }

  private static Verdict refusal(String line) {
    return new Verdict.Refuse(
        SmtpReply.parse(line)
            .orElseThrow(() -> new IllegalArgumentException("not a reply: " + line)));
  }

  private static Verdict quarantine(JsonParser json) throws IOException {
    var read =
        new Object() {
          @Nullable String reason;
          List<HeaderField> fields = List.of();
        };
    Json.object(
        json,
        (name, value) -> {
          switch (name) {
            case "reason" -> read.reason = Json.string(value);
            case "fields" -> read.fields = HeaderEditsJson.fields(value);
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Verdict.Quarantine(Json.need(read.reason, "reason"), read.fields);
  }
}
