package postbus.mail;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The JSON form of a verdict: the value of a record of {@code mail.verdicts}. */
public final class VerdictJson {
  private VerdictJson() {}

  /** UTF-8 JSON, one object. */
  public static byte[] write(Verdict verdict) {
    return Json.bytes(
        128,
        json -> {
          json.writeStartObject();
          switch (verdict) {
            case Verdict.Accept(List<HeaderField> fields) -> {
              json.writeFieldName("accept");
              EnvelopeJson.writeFields(json, fields);
            }
            case Verdict.Refuse(SmtpReply reply) ->
                json.writeStringField("refuse", reply.toString());
          }
          json.writeEndObject();
        });
  }

  /** Neither or both of the two forms is malformed. */
  public static Verdict read(byte[] bytes) throws MalformedRecord {
    return Json.read("verdict", bytes, VerdictJson::verdict);
  }

  private static Verdict verdict(JsonParser json) throws IOException {
    var read =
        new Object() {
          Optional<Verdict> verdict = Optional.empty();
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "accept" -> {
                read.verdict = Optional.of(new Verdict.Accept(EnvelopeReader.readFields(value)));
                yield true;
              }
              case "refuse" -> {
                String line = Json.string(value);
                read.verdict =
                    Optional.of(
                        new Verdict.Refuse(
                            SmtpReply.parse(line)
                                .orElseThrow(
                                    () -> new IllegalArgumentException("not a reply: " + line))));
                yield true;
              }
              default -> false;
            });
    return read.verdict.orElseThrow(
        () -> new IllegalArgumentException("neither accept nor refuse"));
  }
}
