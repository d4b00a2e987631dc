package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.dns.RemoteExchangers;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.router.Routing.Unroutable;
import postbus.site.InvalidSite;

/** The router against what a real Exim does with the seed's rules, on the same site and zone. */
class OracleTest {
  /** OTRS queues and pipes have no router yet. The list is exact. */
  private static final Set<String> NOT_COVERED =
      Set.of(
          "pipe@wikimedia.org",
          "pipe-quoted@wikimedia.org",
          "mixed-pipe@wikimedia.org",
          "otrs-alias@wikimedia.org",
          "unqualified-otrs@wikimedia.org",
          "info@wikimedia.org",
          "Info@Wikimedia.org",
          "donate@wikipedia.org",
          "press@wikiquote.org");

  @TempDir static Path folder;
  private static OracleSite site;

  /** An answer in the oracle's words, in lower case; each set sorted. */
  private record Answer(
      Set<String> delivered, Set<String> failed, Set<String> deferred, Set<String> discarded) {}

  @BeforeAll
  static void start() throws IOException, InvalidSite {
    site = OracleSite.in(folder);
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  @Test
  void postbusGivesTheAnswersOfExim() throws IOException {
    List<String> lines = Files.readAllLines(OracleSite.resource("cases.jsonl"));
    List<String> wrong = new ArrayList<>();
    Set<String> different = new TreeSet<>();
    for (String line : lines) {
      JsonNode expected = new ObjectMapper().readTree(line);
      String recipient = expected.get("recipient").asText();
      Answer exims = exims(expected);
      Answer ours = ours(recipient);
      if (!ours.equals(exims)) {
        different.add(recipient);
        if (!NOT_COVERED.contains(recipient)) {
          wrong.add(recipient + "\n  exim " + exims + "\n  ours " + ours);
        }
      }
    }
    assertThat(lines).hasSize(91);
    assertThat(wrong).isEmpty();
    assertThat(different).isEqualTo(new TreeSet<>(NOT_COVERED));
  }

  private static Answer exims(JsonNode answer) {
    Set<String> deferred = reasons(answer, "deferred");
    texts(answer.get("piped"), "address").forEach(address -> deferred.add(address + " piped"));
    return new Answer(
        delivered(answer),
        reasons(answer, "failed"),
        deferred,
        elements(answer.get("discarded")).map(JsonNode::asText).collect(lowerCase()));
  }

  private static Set<String> delivered(JsonNode answer) {
    return elements(answer.get("delivered"))
        .map(to -> {
          List<String> hosts = elements(to.get("hosts")).map(JsonNode::asText).toList();
          return to.get("address").asText() + " " + to.get("transport").asText() + " " + hosts;
        })
        .collect(lowerCase());
  }

  /** Reasons are Exim's words, save what the site's own aliases say. */
  private static Set<String> reasons(JsonNode answer, String field) {
    return elements(answer.get(field))
        .map(each -> each.get("address").asText() + own(each.get("reason").asText()))
        .collect(lowerCase());
  }

  private static String own(String reason) {
    return Set.of("This person has left the organisation", "mailbox is being moved")
            .contains(reason)
        ? " " + reason
        : "";
  }

  private static Answer ours(String recipient) {
    Routing routing = site.router().route(OracleSite.mail("someone@example.net", "mx", recipient));
    return new Answer(
        routing.deliveries().stream()
            .flatMap(delivery ->
                delivery.recipients().stream()
                    .map(to -> to.address() + " " + transport(delivery.route().nextHop())))
            .collect(lowerCase()),
        words(routing.failed()),
        words(routing.deferred()),
        routing.discarded().stream()
            .map(Recipient::address)
            .map(Object::toString)
            .collect(lowerCase()));
  }

  private static Set<String> words(List<Unroutable> some) {
    return some.stream()
        .map(each -> each.recipient().address() + own(each.reply().text()))
        .collect(lowerCase());
  }

  private static String transport(NextHop nextHop) {
    return switch (nextHop) {
      case NextHop.Mailbox() -> "imap []";
      case NextHop.Hosts hosts -> "smtp to " + hosts;
      case NextHop.Pipe(String command) -> "piped to " + command;
      case NextHop.Exchangers(String domain) ->
          "remote_smtp "
              + ((Found)
                      new RemoteExchangers(site.exchangers(), site.site().primaryHostname())
                          .of(domain))
                  .exchangers().stream().map(Exchanger::host).toList();
    };
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    List<JsonNode> all = new ArrayList<>();
    array.forEach(all::add);
    return all.stream();
  }

  private static List<String> texts(JsonNode array, String field) {
    return elements(array).map(each -> each.get(field).asText()).toList();
  }

  private static Collector<String, ?, Set<String>> lowerCase() {
    return Collectors.mapping(
        text -> text.toLowerCase(Locale.ROOT), Collectors.toCollection(TreeSet::new));
  }
}
