package postbus.policy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Collectors;
import postbus.mail.Client;
import postbus.mail.Envelope;
import postbus.site.Place;

/**
 * Rspamd, asked over HTTP ({@code POST /checkv2}) with what the envelope says in header fields of
 * the request. Its score counts; what it would do itself does not.
 */
final class RspamdScanner implements Scanner<SpamScore> {
  /** Octets of an answer. */
  static final int ANSWER_OCTETS_MAX = 256 << 10;

  /** Recipients that are told; more say nothing new, and a request's header has its bounds. */
  static final int RECIPIENTS_MAX = 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ScannerSocket.CONNECT_WAIT)
          .build();

  @Override
  public ScanAnswer<SpamScore> scan(Place server, ScannedMail mail)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = send(request(server, mail));
    if (answer.statusCode() != 200) {
      throw new IOException("HTTP status " + answer.statusCode());
    }
    try {
      return read(JSON.readTree(answer.body()));
    } catch (JacksonException e) {
      throw new ProtocolException("not to be understood: " + Quoted.line(e.getOriginalMessage()));
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    try {
      return http.send(
          request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_OCTETS_MAX));
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new ScannerDown(e);
    }
  }

  private static HttpRequest request(Place server, ScannedMail mail) {
    Envelope envelope = mail.envelope();
    Client client = envelope.client();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + server + "/checkv2"))
            .POST(BodyPublishers.ofInputStream(() -> open(mail)))
            .header("Queue-Id", envelope.id().toString())
            .header("IP", client.address())
            .header("From", Quoted.line(envelope.reversePath().text()));
    if (!client.helo().isEmpty()) {
      request.header("Helo", Quoted.line(client.helo()));
    }
    envelope.recipients().stream()
        .limit(RECIPIENTS_MAX)
        .forEach(recipient -> request.header("Rcpt", Quoted.line(recipient.address().toString())));
    return request.build();
  }

  private static InputStream open(ScannedMail mail) {
    try {
      return mail.octets().open();
    } catch (IOException e) {
      throw new UncheckedIOException("the content of " + mail.envelope().id(), e);
    }
  }

  /** What it knows at first sight, such as GTUBE, counts as skipped too, but has a score. */
  private static ScanAnswer<SpamScore> read(JsonNode answer) throws ProtocolException {
    JsonNode score = answer.path("score");
    if (answer.path("is_skipped").asBoolean() && score.asDouble() == 0) {
      return ScanAnswer.declined();
    }
    if (!score.isNumber()) {
      throw new ProtocolException("not to be understood: " + Quoted.line(answer.toString()));
    }
    return new ScanAnswer.Found<>(
        SpamScore.of(score.decimalValue(), report(answer.path("symbols"))));
  }

  /** A line for each rule that counted. */
  private static String report(JsonNode symbols) {
    return symbols
        .propertyStream()
        .filter(symbol -> symbol.getValue().path("score").asDouble() != 0)
        .map(symbol ->
            symbol.getValue().path("score").decimalValue().toPlainString()
                + " "
                + symbol.getKey()
                + " "
                + symbol.getValue().path("description").asText())
        .collect(Collectors.joining("\n"));
  }
}
