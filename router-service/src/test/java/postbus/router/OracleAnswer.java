package postbus.router;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.router.Routing.Delivery;
import postbus.router.Routing.Unroutable;
import postbus.site.alias.AddressText;
import postbus.site.alias.AddressText.Extracted;

/** An answer in the oracle's words; addresses in lower case, each once. */
record OracleAnswer(
    Set<String> delivered,
    Set<String> failed,
    Set<String> deferred,
    Set<String> discarded,
    Set<String> piped) {
  /** Reasons that are Exim's own words, by how they begin; all others an alias says. */
  private static final List<String> EXIMS_OWN =
      List.of(
          "Unrouteable address",
          "error in ",
          "failed to expand",
          "delivery to a file is forbidden",
          "unknown error",
          "an MX or SRV record indicated no SMTP service",
          "all relevant MX records point to non-existent hosts",
          "mail domain ",
          "host lookup did not complete");

  /** What Exim said: one line of cases.jsonl. */
  static OracleAnswer ofExim(JsonNode answer) {
    return new OracleAnswer(
        each(answer, "delivered", to -> text(to, "address") + transport(to)),
        each(answer, "failed", OracleAnswer::reason),
        each(answer, "deferred", OracleAnswer::reason),
        each(answer, "discarded", JsonNode::asText),
        each(answer, "piped", to -> text(to, "address") + " |" + text(to, "command")));
  }

  private static String transport(JsonNode delivered) {
    return text(delivered, "transport").equals("imap")
        ? " mailbox"
        : " by " + elements(delivered.get("hosts")).map(JsonNode::asText).toList();
  }

  private static String reason(JsonNode unroutable) {
    String reason = text(unroutable, "reason");
    boolean isOwn = EXIMS_OWN.stream().anyMatch(reason::startsWith);
    return text(unroutable, "address") + (isOwn ? "" : ": " + reason);
  }

  private static Set<String> each(JsonNode answer, String field, Function<JsonNode, String> words) {
    return lowerCase(elements(answer.get(field)).map(words));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String text(JsonNode object, String field) {
    return object.get(field).asText();
  }

  /**
   * What the router says of an address as somebody writes it.
   *
   * @param exims of its reasons those are told that Exim's answer holds
   */
  static OracleAnswer ofRouter(OracleSite site, String written, OracleAnswer exims) {
    if (!(AddressText.extract(written) instanceof Extracted.Address(String name, var domain))) {
      return new OracleAnswer(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
    }
    String host = site.site().primaryHostname();
    EmailAddress address = new EmailAddress(name, domain.orElse(host));
    Routing routing =
        site.router().route(OracleSite.mail("someone@example.net", "mx", address.toString()));
    Set<String> delivered = new TreeSet<>();
    Set<String> piped = new TreeSet<>();
    for (Delivery delivery : routing.deliveries()) {
      for (Recipient to : delivery.recipients()) {
        switch (delivery.route().nextHop()) {
          case NextHop.Pipe(String command) -> piped.add(to.address() + " |" + command);
          case NextHop.Mailbox() -> delivered.add(to.address() + " mailbox");
          case NextHop.Hosts hosts -> delivered.add(to.address() + " by " + hosts);
          case NextHop.Exchangers(String target, String _) ->
              delivered.add(to.address() + " by " + exchangers(site, target));
        }
      }
    }
    boolean isAllDiscarded =
        delivered.isEmpty()
            && piped.isEmpty()
            && routing.failed().isEmpty()
            && routing.deferred().isEmpty();
    return new OracleAnswer(
        lowerCase(delivered.stream()),
        lowerCase(routing.failed().stream().map(each -> reason(each, exims.failed))),
        lowerCase(routing.deferred().stream().map(each -> reason(each, exims.deferred))),
        isAllDiscarded ? lowerCase(Stream.of(address.toString())) : Set.of(),
        lowerCase(piped.stream()));
  }

  private static List<String> exchangers(OracleSite site, String domain) {
    Found found = (Found) site.exchangers().of(domain);
    return found.exchangers().stream().map(Exchanger::host).toList();
  }

  private static String reason(Unroutable unroutable, Collection<String> exims) {
    String address = unroutable.recipient().address().toString();
    return exims.contains(EmailAddress.lowerCase(address))
        ? address
        : address + ": " + unroutable.reply().text();
  }

  private static Set<String> lowerCase(Stream<String> texts) {
    Set<String> lower = new TreeSet<>();
    texts.map(EmailAddress::lowerCase).forEach(lower::add);
    return lower;
  }
}
