package postbus.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import postbus.mail.EmailAddress;
import postbus.mail.Route;
import postbus.router.Answer;
import postbus.router.Way;

/**
 * An answer of {@code route --json}: one object in one line, its lists sorted by address.
 *
 * <p>As with Exim, the list of what is thrown away holds the address asked about, and only if
 * nothing of its mail comes anywhere; what is no address is in no list.
 */
final class RouteJson {
  private static final JsonFactory JSON = new JsonFactory();

  private static final List<String> LISTS =
      List.of("delivered", "failed", "deferred", "discarded", "piped");

  private RouteJson() {}

  static String of(Answer answer) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("recipient", answer.asked());
      List<Entry> entries = entries(answer);
      for (String list : LISTS) {
        json.writeArrayFieldStart(list);
        for (Entry entry : entries) {
          if (entry.list().equals(list)) {
            entry.value().write(json);
          }
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    return text.toString();
  }

  /** A value in one of the lists. */
  private record Entry(String list, String address, Part value) {

    /** An object that begins with the address. */
    static Entry object(String list, String address, Part rest) {
      return new Entry(
          list,
          address,
          json -> {
            json.writeStartObject();
            json.writeStringField("address", address);
            rest.write(json);
            json.writeEndObject();
          });
    }
  }

  /** A part of the text. */
  private interface Part {
    void write(JsonGenerator json) throws IOException;
  }

  private static List<Entry> entries(Answer answer) {
    return switch (answer) {
      case Answer.Routed(var _, EmailAddress address, List<Way> ways) ->
          ways.stream().allMatch(way -> way.fate() instanceof Way.Discarded)
              ? List.of(discarded(address))
              : ways.stream()
                  .filter(way -> !(way.fate() instanceof Way.Discarded))
                  .map(RouteJson::entry)
                  .sorted(Comparator.comparing(Entry::address))
                  .toList();
      case Answer.NoAddress _ -> List.of();
    };
  }

  private static Entry entry(Way way) {
    String address = way.address().toString();
    return switch (way.fate()) {
      case Way.Sent(String pool, var _, var _, var hosts) ->
          Entry.object("delivered", address, delivery("smtp", pool, hosts));
      case Way.Kept() ->
          Entry.object("delivered", address, delivery("mailbox", Route.LOCAL, List.of()));
      case Way.Piped(String command, boolean _) ->
          Entry.object("piped", address, field("command", command));
      case Way.Failed(var reply) -> Entry.object("failed", address, field("reason", reply.text()));
      case Way.Deferred(var reply) ->
          Entry.object("deferred", address, field("reason", reply.text()));
      case Way.Discarded() -> discarded(way.address());
    };
  }

  private static Entry discarded(EmailAddress address) {
    return new Entry("discarded", address.toString(), json -> json.writeString(address.toString()));
  }

  private static Part delivery(String transport, String pool, List<Way.Host> hosts) {
    return json -> {
      json.writeStringField("transport", transport);
      json.writeStringField("pool", pool);
      json.writeArrayFieldStart("hosts");
      for (Way.Host host : hosts) {
        json.writeString(host.name());
      }
      json.writeEndArray();
    };
  }

  private static Part field(String name, String value) {
    return json -> json.writeStringField(name, value);
  }
}
