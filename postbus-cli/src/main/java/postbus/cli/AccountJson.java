package postbus.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import postbus.accounts.Account;

/** An account for programs: one object in one line, without its hash. */
final class AccountJson {
  private static final JsonFactory JSON = new JsonFactory();

  private AccountJson() {}

  static String of(Account account) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("address", account.address().toString());
      json.writeBooleanField("mayLogIn", account.mayLogIn());
      if (account.password().isPresent()) {
        json.writeStringField("scheme", account.password().get().scheme());
        json.writeBooleanField("understood", account.password().get().problem().isEmpty());
      }
      if (account.quotaOctets().isPresent()) {
        json.writeNumberField("quotaOctets", account.quotaOctets().getAsLong());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    return text.toString();
  }
}
