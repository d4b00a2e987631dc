package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./postbus route} says, on the site that a real Exim was asked about. */
class RouteCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Oracle oracle;

  @BeforeEach
  void start() throws IOException {
    oracle = Oracle.in(folder, "oracle");
  }

  @AfterEach
  void stop() {
    oracle.close();
  }

  @Test
  void itsAnswersAreThoseOfExim() throws IOException {
    saysWhatEximSays(oracle);
  }

  @Test
  void itsAnswersAreThoseOfEximOnASiteFullOfOdditiesToo(@TempDir Path odd) throws IOException {
    try (Oracle other = Oracle.in(odd, "oracle-odd")) {
      saysWhatEximSays(other);
    }
  }

  static void saysWhatEximSays(Oracle oracle) throws IOException {
    List<JsonNode> exims = oracle.cases().stream().map(RouteCommandTest::tree).toList();
    List<String> asked = new ArrayList<>();
    exims.forEach(each -> asked.add(each.get("recipient").asText()));
    asked.addAll(0, List.of("route", "--json", "--site", oracle.site().toString()));
    asked.addAll(1, List.of("--dns", oracle.server()));

    Ran ran = Ran.postbus(asked.toArray(String[]::new));

    assertThat(ran.status()).isZero();
    assertThat(ran.out().stream().map(RouteCommandTest::tree).map(RouteCommandTest::gist))
        .containsExactlyElementsOf(exims.stream().map(RouteCommandTest::gist).toList());
  }

  @Test
  void eachEndIsToldWithItsRuleItsHostsAndTheWayToIt() {
    assertThat(route("noc@wikimedia.org", "info-en-request@wikipedia.org").out())
        .containsExactly(
            "noc@wikimedia.org",
            "  mark@wikimedia.org  into a mailbox  (accounts)",
            "    <-- noc@wikimedia.org  (aliases)",
            "  rob@example.net  by SMTP, pool normal  (dns)",
            "      site mx.example.net, lane delivery.normal.shared",
            "      to mx.example.net  MX 10  [192.0.2.3]",
            "    <-- noc@wikimedia.org  (aliases)",
            "info-en-request@wikipedia.org",
            "  info-en-request@lists.wikimedia.org  by SMTP, pool normal  (dns)",
            "      site lily.wikimedia.org, lane delivery.normal.shared",
            "      to lily.wikimedia.org  MX 10  [66.230.200.30]",
            "    <-- info-en-request@wikipedia.org  (legacy-lists)");
  }

  @Test
  void wikiMailLeavesByItsOwnPoolAndOtherMailDoesNot() {
    assertThat(json("user@example.org").out().getFirst()).contains("\"pool\":\"normal\"");
    assertThat(
            json("--from", "wiki@wikimedia.org", "--listener", "wiki-mail", "user@example.org")
                .out())
        .containsExactly(
            "{\"recipient\":\"user@example.org\",\"delivered\":[{\"address\":\"user@example.org\","
                + "\"transport\":\"smtp\",\"pool\":\"bulk\","
                + "\"hosts\":[\"mx1.example.org\",\"mx2.example.org\"]}],\"failed\":[],"
                + "\"deferred\":[],\"discarded\":[],\"piped\":[]}");
  }

  @Test
  void hostsThatTheSiteNamesAreShownAsItNamesThem() throws IOException {
    add(
        "postbus.yaml",
        """
        routes:
          example.net: [relay.example.net:25, 192.0.2.7:2525]
        smart-host: 127.0.0.1:26
        sites:
          relayed: {exchangers: [example.net, 192.0.2.7], own-lane: yes}
        """);
    assertThat(route("u@example.net", "u@nonexist.example.com").out())
        .containsExactly(
            "u@example.net",
            "  u@example.net  by SMTP, pool normal  (routes)",
            "      site relayed, lane delivery.normal.relayed",
            "      to relay.example.net",
            "      to 192.0.2.7:2525",
            "u@nonexist.example.com",
            "  u@nonexist.example.com  by SMTP, pool normal  (smart-host)",
            "      site 127.0.0.1-26, lane delivery.normal.shared",
            "      to 127.0.0.1:26");
  }

  @Test
  void aCommandIsRunOnlyIfTheSiteAllowsIt() throws IOException {
    add("aliases/wikimedia.org", "runs: \"|/opt/other -x\"\n");
    assertThat(route("runs@wikimedia.org").out())
        .contains(
            "  runs@wikimedia.org  would wait: the site does not allow the command /opt/other -x"
                + "  (aliases)");
    add("postbus.yaml", "  other:\n    command: /opt/other\n"); // Its last section is "pipes".
    assertThat(route("runs@wikimedia.org").out())
        .contains("  runs@wikimedia.org  to the command /opt/other -x  (aliases)");
  }

  @Test
  void whatIsNoAddressIsInNoListAndWhatHasNoDomainIsHere() {
    assertThat(json("two words@example.org", "nobody").out())
        .satisfiesExactly(
            no -> assertThat(no).contains("\"failed\":[]", "\"delivered\":[]"),
            here ->
                assertThat(tree(here).at("/failed/0/address").asText())
                    .isEqualTo("nobody@mchenry.wikimedia.org"));
    assertThat(route("two words@example.org").out()).anyMatch(line -> line.contains("malformed"));
  }

  @Test
  void addressesMayComeOneALineAndAnswersKeepTheirOrder() {
    List<String> asked =
        IntStream.range(0, 400)
            .mapToObj(i -> i % 2 == 0 ? "u" + i + "@example.org" : "nobody" + i + "@wikimedia.org")
            .toList();
    Ran ran = withInput(String.join("\n", asked) + "\n", () -> json());
    assertThat(ran.out().stream().map(line -> tree(line).get("recipient").asText()))
        .containsExactlyElementsOf(asked);
  }

  @Test
  void aFileThatIsWrongConcernsOnlyThoseWhoNeedIt() throws IOException {
    Files.write(folder.resolve("aliases/wikipedia.org"), new byte[] {'a', ':', ' ', (byte) 0xff});
    Ran ran = json("a@wikipedia.org", "b@wikipedia.org", "jimbo@wikimedia.org");
    assertThat(ran.status()).isZero();
    assertThat(ran.err())
        .filteredOn(line -> line.startsWith("warning: aliases/wikipedia.org:1:"))
        .hasSize(1);
    assertThat(tree(ran.out().getFirst()).at("/deferred/0/address").asText())
        .isEqualTo("a@wikipedia.org");
    assertThat(tree(ran.out().getLast()).at("/delivered/0/transport").asText())
        .isEqualTo("mailbox");
  }

  @Test
  void aWrongSiteAnUnknownListenerAndABadNameServerAreSaid() throws IOException {
    Ran unknown = route("--listener", "nix", "a@example.org");
    assertThat(unknown.status()).isOne();
    assertThat(unknown.err()).containsExactly("no listener nix; the site has: mx, wiki-mail");

    assertThat(Ran.postbus("route", "--dns", "nowhere", "a@example.org").status()).isEqualTo(2);

    add("postbus.yaml", "xyzzy: 1\n");
    Ran wrong = route("a@example.org");
    assertThat(wrong.status()).isOne();
    assertThat(wrong.err()).anyMatch(line -> line.contains("unknown key \"xyzzy\""));
  }

  private Ran json(String... args) {
    return route(Stream.concat(Stream.of("--json"), Stream.of(args)).toArray(String[]::new));
  }

  private Ran route(String... args) {
    return Ran.postbus(
        Stream.concat(
                Stream.of("route", "--site", folder.toString(), "--dns", oracle.server()),
                Stream.of(args))
            .toArray(String[]::new));
  }

  private static Ran withInput(String text, Supplier<Ran> command) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    try {
      return command.get();
    } finally {
      System.setIn(before);
    }
  }

  private void add(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text, StandardOpenOption.APPEND);
  }

  private static JsonNode tree(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }

  /** All but the wording, in which Exim differs; names of transports as ours. */
  private static String gist(JsonNode answer) {
    Set<String> parts = new TreeSet<>(String.CASE_INSENSITIVE_ORDER); // Exim names some twice.
    answer
        .get("delivered")
        .forEach(to ->
            parts.add(
                "delivered %s %s %s"
                    .formatted(
                        to.get("address").asText(),
                        Stream.of("imap", "mailbox").anyMatch(to.get("transport").asText()::equals)
                            ? "mailbox"
                            : "smtp",
                        to.get("hosts"))));
    answer.get("failed").forEach(to -> parts.add("failed " + to.get("address").asText()));
    answer.get("deferred").forEach(to -> parts.add("deferred " + to.get("address").asText()));
    answer.get("discarded").forEach(to -> parts.add("discarded " + to.asText()));
    answer
        .get("piped")
        .forEach(to ->
            parts.add("piped " + to.get("address").asText() + " " + to.get("command").asText()));
    if (parts.isEmpty()) { // Exim says of what is no address only that it is none.
      parts.add("failed " + answer.get("recipient").asText());
    }
    return (answer.get("recipient").asText() + ": " + parts).toLowerCase(Locale.ROOT);
  }
}
