package postbus.mail;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one envelope as they come, in any order; the other half of the codec. */
final class EnvelopeReader {

  private int version;
  @Nullable MailId id;
  @Nullable ReversePath reversePath;
  List<Recipient> recipients = List.of();
  @Nullable Instant receivedAt;
  @Nullable Client client;
  @Nullable Body body;
  List<HeaderField> added = List.of();
  List<Removal> removed = List.of();
  Optional<Route> route = Optional.empty();
  int attempts;
  boolean suspect;
  Set<String> settled = Set.of();
  MailParameters parameters = MailParameters.NONE;
  List<Attempt> history = List.of();
  boolean delayTold;
  final Map<String, String> unknown = new HashMap<>();

  int version() {
    return version;
  }

  /** Empty if the version is newer than ours: nothing else is then looked at. */
  Optional<Envelope> read(JsonParser json) throws IOException {
    Json.object(json, this::field);
    if (version > Envelope.VERSION) {
      return Optional.empty();
    }
    if (version < 1) {
      throw new IllegalArgumentException("the field version is missing");
    }
    return Optional.of(
        new Envelope(
            Json.need(id, "id"),
            Json.need(reversePath, "reversePath"),
            recipients,
            Json.need(receivedAt, "receivedAt"),
            Json.need(client, "client"),
            Json.need(body, "body"),
            new HeaderEdits(added, removed),
            route,
            attempts,
            suspect,
            settled,
            parameters,
            history,
            delayTold,
            unknown));
  }

  private boolean field(String name, JsonParser json) throws IOException {
    if (version > Envelope.VERSION) {
      return false;
    }
    switch (name) {
      case "version" -> version = json.getIntValue();
      case "id" ->
          id =
              MailId.parse(Json.string(json))
                  .orElseThrow(() -> new IllegalArgumentException("the field id is not a mail id"));
      case "reversePath" -> reversePath = ReversePath.of(Json.string(json));
      case "recipients" -> recipients = Json.list(json, EnvelopeReader::recipient);
      case "receivedAt" -> receivedAt = Instant.parse(Json.string(json));
      case "client" -> client = ClientJson.read(json);
      case "body" -> body = body(json);
      case HeaderEditsJson.ADDED -> added = HeaderEditsJson.fields(json);
      case HeaderEditsJson.REMOVED -> removed = HeaderEditsJson.removals(json);
      case "route" -> route = Optional.of(RouteJson.read(json));
      case "attempts" -> attempts = json.getIntValue();
      case "suspect" -> suspect = json.getBooleanValue();
      case "settled" -> settled = Set.copyOf(Json.list(json, Json::string));
      case "parameters" -> parameters = ParametersJson.ofMail(json);
      case "history" -> history = Json.list(json, EnvelopeReader::attempt);
      case "delayTold" -> delayTold = json.getBooleanValue();
      default -> unknown.put(name, Json.raw(json));
    }
    return true;
  }

  private static Recipient recipient(JsonParser json) throws IOException {
    var read =
        new Object() {
          @Nullable EmailAddress address;
          @Nullable EmailAddress original;
          RecipientParameters parameters = RecipientParameters.NONE;
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "address" -> {
                read.address = EmailAddress.of(Json.string(value));
                yield true;
              }
              case "original" -> {
                read.original = EmailAddress.of(Json.string(value));
                yield true;
              }
              case "parameters" -> {
                read.parameters = ParametersJson.ofRecipient(value);
                yield true;
              }
              default -> false;
            });
    EmailAddress address = Json.need(read.address, "address");
    return new Recipient(address, read.original == null ? address : read.original, read.parameters);
  }

  private static Attempt attempt(JsonParser json) throws IOException {
    var read =
        new Object() {
          @Nullable Instant at;
          String reply = "";
          String remote = "";
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "at" -> {
                read.at = Instant.parse(Json.string(value));
                yield true;
              }
              case "reply" -> {
                read.reply = Json.string(value);
                yield true;
              }
              case "remote" -> {
                read.remote = Json.string(value);
                yield true;
              }
              default -> false;
            });
    return new Attempt(Json.need(read.at, "at"), read.reply, read.remote);
  }

  private static Body body(JsonParser json) throws IOException {
    var read =
        new Object() {
          long size;
          boolean eightBit;
          boolean smtpUtf8;
          Optional<ContentRef> at = Optional.empty();
        };
    Json.object(
        json,
        (name, value) ->
            switch (name) {
              case "size" -> {
                read.size = value.getLongValue();
                yield true;
              }
              case "eightBit" -> {
                read.eightBit = value.getBooleanValue();
                yield true;
              }
              case "smtpUtf8" -> {
                read.smtpUtf8 = value.getBooleanValue();
                yield true;
              }
              case "stored" -> {
                read.at = Optional.of(new ContentRef(Json.string(value)));
                yield true;
              }
              default -> false;
            });
    return new Body(read.size, read.eightBit, read.smtpUtf8, read.at);
  }
}
