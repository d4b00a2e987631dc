package postbus.mail;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.NextHop.Host;

/** The field {@code route} of an envelope: pool, site, and one field for the kind of next hop. */
final class RouteJson {
  private RouteJson() {}

  static void write(JsonGenerator json, Route route) throws IOException {
    json.writeObjectFieldStart("route");
    json.writeStringField("pool", route.pool());
    json.writeStringField("site", route.site());
    switch (route.nextHop()) {
      case NextHop.Exchangers(String domain, String hosts) -> {
        json.writeStringField("exchangersOf", domain);
        if (!hosts.isEmpty()) {
          json.writeStringField("exchangers", hosts);
        }
      }
      case NextHop.Hosts(List<Host> hosts) -> {
        json.writeArrayFieldStart("hosts");
        for (Host host : hosts) {
          json.writeStartObject();
          json.writeStringField("name", host.name());
          json.writeNumberField("port", host.port());
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      case NextHop.Mailbox() -> json.writeBooleanField("mailbox", true);
      case NextHop.Pipe(String command) -> json.writeStringField("pipe", command);
    }
    json.writeEndObject();
  }

  static Route read(JsonParser json) throws IOException {
    var read =
        new Object() {
          @Nullable String pool;
          @Nullable String site;
          Optional<NextHop> hop = Optional.empty();
          Optional<String> host = Optional.empty();
          String exchangers = "";
          int port;
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "pool" -> {
                read.pool = Json.string(value);
                yield true;
              }
              case "site" -> {
                read.site = Json.string(value);
                yield true;
              }
              // One host alone, as the first records have it.
              case "host" -> {
                read.host = Optional.of(Json.string(value));
                yield true;
              }
              case "port" -> {
                read.port = value.getIntValue();
                yield true;
              }
              case "exchangers" -> {
                read.exchangers = Json.string(value);
                yield true;
              }
              default -> {
                Optional<NextHop> hop = nextHop(name, value);
                read.hop = hop.or(() -> read.hop);
                yield hop.isPresent();
              }
            });
    Optional<NextHop> hop =
        read.hop
            .map(found -> named(found, read.exchangers))
            .or(() -> read.host.map(name -> NextHop.Hosts.of(new Host(name, read.port))));
    return new Route(
        Json.need(read.pool, "pool"),
        Json.need(read.site, "site"),
        Json.need(hop.orElse(null), "next hop"));
  }

  private static NextHop named(NextHop hop, String exchangers) {
    return hop instanceof NextHop.Exchangers(String domain, String _)
        ? new NextHop.Exchangers(domain, exchangers)
        : hop;
  }

  /** Empty if the field names none. */
  private static Optional<NextHop> nextHop(String name, JsonParser value) throws IOException {
    return switch (name) {
      case "exchangersOf" -> Optional.of(new NextHop.Exchangers(Json.string(value)));
      case "hosts" -> Optional.of(new NextHop.Hosts(Json.list(value, RouteJson::host)));
      case "mailbox" -> Optional.of(new NextHop.Mailbox());
      case "pipe" -> Optional.of(new NextHop.Pipe(Json.string(value)));
      default -> Optional.empty();
    };
  }

  private static Host host(JsonParser json) throws IOException {
    var read =
        new Object() {
          @Nullable String name;
          int port;
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "name" -> {
                read.name = Json.string(value);
                yield true;
              }
              case "port" -> {
                read.port = value.getIntValue();
                yield true;
              }
              default -> false;
            });
    return new Host(Json.need(read.name, "name"), read.port);
  }
}
