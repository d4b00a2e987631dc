package postbus.mail;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Optional;

/** The field {@code client} of an envelope. */
final class ClientJson {
  private ClientJson() {}

  static void write(JsonGenerator json, Client client) throws IOException {
    json.writeObjectFieldStart("client");
    json.writeStringField("address", client.address());
    json.writeStringField("helo", client.helo());
    json.writeStringField("listener", client.listener());
    json.writeBooleanField("trusted", client.trusted());
    if (client.tls().isPresent()) {
      json.writeObjectFieldStart("tls");
      json.writeStringField("protocol", client.tls().get().protocol());
      json.writeStringField("cipher", client.tls().get().cipher());
      json.writeEndObject();
    }
    if (client.account().isPresent()) {
      json.writeStringField("account", client.account().get());
    }
    json.writeEndObject();
  }

  static Client read(JsonParser json) throws IOException {
    var read =
        new Object() {
          String address = "";
          String helo = "";
          String listener = "";
          boolean trusted;
          Optional<TlsUsed> tls = Optional.empty();
          Optional<String> account = Optional.empty();
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "address" -> {
                read.address = Json.string(value);
                yield true;
              }
              case "helo" -> {
                read.helo = Json.string(value);
                yield true;
              }
              case "listener" -> {
                read.listener = Json.string(value);
                yield true;
              }
              case "trusted" -> {
                read.trusted = value.getBooleanValue();
                yield true;
              }
              case "tls" -> {
                read.tls = Optional.of(tls(value));
                yield true;
              }
              case "account" -> {
                read.account = Optional.of(Json.string(value));
                yield true;
              }
              default -> false;
            });
    return new Client(read.address, read.helo, read.listener, read.trusted, read.tls, read.account);
  }

  private static TlsUsed tls(JsonParser json) throws IOException {
    var read =
        new Object() {
          String protocol = "";
          String cipher = "";
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "protocol" -> {
                read.protocol = Json.string(value);
                yield true;
              }
              case "cipher" -> {
                read.cipher = Json.string(value);
                yield true;
              }
              default -> false;
            });
    return new TlsUsed(read.protocol, read.cipher);
  }
}
