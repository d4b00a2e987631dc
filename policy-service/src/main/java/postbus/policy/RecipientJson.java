package postbus.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.MalformedRecord;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

/** The JSON forms of a question about a recipient and of its answer. */
final class RecipientJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RecipientJson() {}

  /**
   * Reads {@code {"client":{"address","helo","listener","trusted"},"reversePath","recipient"}};
   * unknown fields are skipped.
   *
   * @throws MalformedRecord which names the field and what was expected
   */
  static RecipientQuestion read(byte[] question) throws MalformedRecord {
    JsonNode root = tree(question);
    JsonNode client = need(root, "client", JsonNodeType.OBJECT);
    String reversePath = text(root, "reversePath");
    if (!reversePath.isEmpty() && EmailAddress.parse(reversePath).isEmpty()) {
      throw new MalformedRecord("reversePath: expected an address, or nothing for the null sender");
    }
    return new RecipientQuestion(
        new Client(
            ipAddress(client, "address"),
            text(client, "helo"),
            text(client, "listener"),
            need(client, "trusted", JsonNodeType.BOOLEAN).asBoolean()),
        ReversePath.of(reversePath),
        recipient(text(root, "recipient")));
  }

  /** It may go into a command to another server; so it holds no line end. */
  private static EmailAddress recipient(String text) throws MalformedRecord {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedRecord("recipient: expected an address without control characters");
    }
    return EmailAddress.parse(text)
        .orElseThrow(() -> new MalformedRecord("recipient: expected local-part@domain"));
  }

  /** Writes {@code {"reply":"250 2.1.5 Ok"}}. */
  static byte[] write(SmtpReply reply) throws IOException {
    return JSON.writeValueAsBytes(Map.of("reply", reply.toString()));
  }

  private static JsonNode tree(byte[] question) throws MalformedRecord {
    try {
      JsonNode tree = JSON.readTree(question);
      if (!tree.isObject()) {
        throw new MalformedRecord("expected a JSON object, found " + tree.getNodeType());
      }
      return tree;
    } catch (IOException e) {
      throw new MalformedRecord("expected a JSON object", e);
    }
  }

  private static String ipAddress(JsonNode node, String name) throws MalformedRecord {
    String text = text(node, name);
    try {
      InetAddress.ofLiteral(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw new MalformedRecord(name + ": expected an IP address", e);
    }
  }

  private static String text(JsonNode node, String name) throws MalformedRecord {
    return need(node, name, JsonNodeType.STRING).asText();
  }

  private static JsonNode need(JsonNode node, String name, JsonNodeType type)
      throws MalformedRecord {
    JsonNode value = node.path(name);
    if (value.getNodeType() != type) {
      throw new MalformedRecord(name + ": expected " + type + ", found " + value.getNodeType());
    }
    return value;
  }
}
