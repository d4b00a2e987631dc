package postbus.policy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import postbus.mail.MalformedRecord;
import postbus.policy.Greylist.Sighting;

/** The form of a sighting in the log: {@code {"first":1764000000,"last":0,"passed":0}}. */
final class SightingJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SightingJson() {}

  static byte[] write(Sighting sighting) {
    return "{\"first\":%d,\"last\":%d,\"passed\":%d}"
        .formatted(sighting.first(), sighting.last(), sighting.passed())
        .getBytes(US_ASCII);
  }

  /** Unknown fields are skipped. */
  static Sighting read(byte[] octets) throws MalformedRecord {
    try {
      JsonNode json = JSON.readTree(octets);
      return new Sighting(
          number(json, "first"), number(json, "last"), Math.toIntExact(number(json, "passed")));
    } catch (IOException | ArithmeticException e) {
      throw new MalformedRecord("expected a sighting as a JSON object", e);
    }
  }

  private static long number(JsonNode json, String name) throws MalformedRecord {
    JsonNode value = json == null ? null : json.get(name);
    if (value == null || !value.canConvertToLong()) {
      throw new MalformedRecord(name + ": expected a number");
    }
    return value.asLong();
  }
}
