package postbus.mail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What the codecs of this package share: streaming JSON over byte arrays, bad input as a value. */
final class Json {
  /** Buffers that are kept while nobody uses them; more are made as they are needed. */
  private static final int BUFFERS_MAX = 64;

  /**
   * Its buffers are lent by a pool of their own: those that Jackson keeps for each thread would be
   * made anew for each mail on a virtual thread.
   */
  static final JsonFactory FACTORY =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_MAX)).build();

  /** Writes into a generator. */
  interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  /** Reads one field; false if the field is not known, and then left unread. */
  interface Field {
    boolean read(String name, JsonParser json) throws IOException;
  }

  /** Reads a value from where the parser stands. */
  interface Reading<T> {
    T from(JsonParser json) throws IOException;
  }

  private Json() {}

  static byte[] bytes(int expectedSize, Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(expectedSize);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      writing.to(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }

  /** Reads one value; what is not JSON, or not of the expected shape, is a MalformedRecord. */
  static <T> T read(String what, byte[] bytes, Reading<T> reading) throws MalformedRecord {
    try (JsonParser json = FACTORY.createParser(bytes)) {
      json.nextToken();
      return reading.from(json);
    } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
      throw new MalformedRecord(what + ": " + e.getMessage(), e);
    }
  }

  /** Reads an object's fields; unknown ones are skipped. */
  static void object(JsonParser json, Field field) throws IOException {
    expect(json, JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (!field.read(name, json)) {
        json.skipChildren();
      }
    }
  }

  static <T> List<T> list(JsonParser json, Reading<T> element) throws IOException {
    expect(json, JsonToken.START_ARRAY);
    List<T> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(element.from(json));
    }
    return list;
  }

  /** The value where the parser stands, as JSON text. */
  static String raw(JsonParser json) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = FACTORY.createGenerator(text)) {
      copy.copyCurrentStructure(json);
    }
    return text.toString();
  }

  static String string(JsonParser json) throws IOException {
    expect(json, JsonToken.VALUE_STRING);
    return json.getText();
  }

  /** A value that must have been there. */
  static <T> T need(@org.jspecify.annotations.Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("the field " + name + " is missing");
    }
    return value;
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.currentToken() != token) {
      throw new IOException("expected " + token + ", found " + json.currentToken());
    }
  }
}
