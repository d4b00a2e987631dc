package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mistake in a site is named with its file, its line, and what was expected. */
class SiteMistakesTest {
  @TempDir private Path folder;
  private SiteFolder site = new SiteFolder(Path.of(""));

  @BeforeEach
  void aGoodSite() {
    site = SiteFolder.in(folder);
    assertThat(site.problems()).isEmpty();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          mx.example.org | not_a_host! \
              | 1: primary-hostname is "not_a_host!", expected a host name
          mx.example.org | []            | 1: primary-hostname is a list, expected a host name
          primary-hostname: | hostname: \
              | 1: unknown key "hostname", did you mean "primary-hostname"?
          primary-hostname: | hostname:  | 1: primary-hostname is missing, expected a host name
          127.0.1.0/24   | 127.0.1.0/33  | 3: "127.0.1.0/33" in host-lists, expected an address
          127.0.1.0/24 | 127.0.1.5/24 \
              | 3: "127.0.1.5/24" in host-lists is no network, expected 127.0.1.0/24
          127.0.1.0/24   | 127.1         | 3: "127.1" in host-lists, expected an address
          127.0.1.0/24   | a.example.org | 3: "a.example.org" in host-lists, expected an address
          127.0.1.0/24   | +relay        | 4: "+apps" in host list relay leads back to apps
          , +apps        | , +app        | 4: "+app" is no host list, did you mean "apps"?
          apps: [        | App_S: [      | 3: "App_S" in host-lists, expected a name
          ["@"]          | ["@@"]        | 6: "@@" in domain-lists, expected a domain
          ["@"]          | [a..b]        | 6: "a..b" in domain-lists, expected a domain
          ["@"] | [{a: b}] \
              | 6: domain-lists.system-domains holds a section, expected a domain
          relay-domains: | relayed: \
              | domain-lists.relay-domains is missing, expected a list of domains
          file:local     | file:../local | 9: "file:../local-domains", expected file:NAME
          file:local     | file:other    | other-domains: is missing, expected a file
          127.0.0.1:2525 | 127.0.0.1 \
              | 12: listeners.mx.address is "127.0.0.1", expected an IP address and a port
          127.0.0.1:2525 | localhost:25 \
              | 12: listeners.mx.address is "localhost:25", expected an IP address and a port
          127.0.0.1:2525 | 127.0.0.1:70000 | 12: listeners.mx.address is "127.0.0.1:70000", expected
          127.0.0.1:2525 | 127.0.0.2:2525 | 14: listeners.wiki has the address of mx
          trust: relay | trust: rely \
              | 13: listeners.mx.trust is "rely", none of the host lists, did you mean "relay"?
          trust: relay | proxy-from: rely \
              | 13: listeners.mx.proxy-from is "rely", none of the host lists, did you mean "relay"?
          trust: relay | proxy-from: \
              | 13: listeners.mx.proxy-from has no value, expected one of the host lists
          trust: relay | trusts: relay \
              | 13: unknown key "trusts" in listeners.mx, did you mean "trust"?
          trust: relay | address: 127.0.0.3:25 \
              | 13: listeners.mx.address is here and in line 12, expected it once
          normal:        | ordinary:     | 17: pools.normal is missing, expected the pool
          bulk:          | local:        | 20: pools.local has the name of a stage or topic, expected
          source: 127.0.0.1 | source: here \
              | 19: pools.normal.source is "here", expected an IP address
          source: 127.0.0.1 | source: \
              | 19: pools.normal.source holds nothing, expected an IP address
          source: 127.0.0.1 | helo: a.b  | 18: pools.normal.source is missing, expected an IP address
          source: 127.0.0.1 | source: [127.0.0.3, 127.0.0.3] \
              | 19: pools.normal.source has 127.0.0.3 twice, expected each address once
          tls: never | retry: {delay-notice: 5s} \
              | 23: pools.bulk.retry.delay-notice is "5s", expected a duration from 1m to 30d, or
          tls: never | retry: {delays: [2m, 1m]} \
              | 23: pools.bulk.retry.delays is "2m, 1m", expected 1 to 16 growing durations
          tls: never | dkim: {a: {}}     | 23: pools.bulk.dkim.a.domain is missing, expected a
          tls: never | dkim: {a: {domain: a.org, selector: a, key-file: ../a.pem}} \
              | 23: pools.bulk.dkim.a.key-file is "../a.pem", expected a file in the site folder
          tls: never | dkim: {a: {domain: a.org, selector: a, key-file: dkim/a.pem}} \
              | 23: pools.bulk.dkim.a.key-file is "dkim/a.pem", which is none or cannot be read
          tls: never | dkim: {a: {domain: a.org, selector: a, key-file: accounts}} \
              | 23: pools.bulk.dkim.a.key-file is "accounts", which is none or cannot be read
          tls: never | tls: always \
              | 23: pools.bulk.tls is "always", expected opportunistic or never
          [Wiki@example.org] | [wiki]    | 25: "wiki" in wiki-mail.senders, expected user@domain
          [Wiki@example.org] | []        | 25: wiki-mail.senders is empty, expected mail addresses
          listener: wiki | listener: mail \
              | 26: wiki-mail.listener is "mail", none of the listeners, expected one of mx, wiki
          pool: bulk | pool: bulky \
              | 27: wiki-mail.pool is "bulky", none of the pools, did you mean "bulk"?
          """)
  void aWrongValueIsNamedWithItsLine(String part, String instead, String problem) {
    site.change(part, instead == null ? "" : instead);

    assertThat(site.problems())
        .as("among all problems")
        .anySatisfy(found -> assertThat(found).contains(problem));
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy-from", "xclient-from"})
  void aFrontEndListThatNamesNobodyIsAMistake(String key) {
    site.change("trust: relay", key + ": relay").change("[\"@[]\", +apps]", "[]");

    assertThat(site.problems())
        .anySatisfy(found ->
            assertThat(found)
                .contains(
                    "13: listeners.mx."
                        + key
                        + " is \"relay\", which is empty, expected a list of some hosts"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          smart-host: nowhere            | smart-host is "nowhere", expected host:port
          smart-host: 127.0.0.1:2525 \
              | smart-host is our own listener mx, expected another server
          routes: {example.com: a.b}     | routes.example.com is "a.b", expected host:port
          routes: {-.com: a.b:25}        | "-.com" in routes, expected a domain
          routes: [a]                    | routes is a list, expected a section
          sessions: {size-max: 10}       | sessions.size-max is "10", expected a size from 64K to 1G
          sessions: {size-max: 50MB} \
              | sessions.size-max is "50MB", expected a size from 64K to 1G
          sessions: {size_max: 50M} \
              | unknown key "size_max" in sessions, did you mean "size-max"?
          sessions: {recipients-max: 99} \
              | sessions.recipients-max is "99", expected a number from 100 to 10000
          sessions: {log-wait: 20} \
              | sessions.log-wait is "20", expected a duration from 100ms to 1h
          delivery: {idle-wait: 2d} \
              | delivery.idle-wait is "2d", expected a duration from 100ms to 1h
          delivery: {idle-wait: }        | delivery.idle-wait has no value, expected a duration
          delivery: {window-mails: 99} \
              | delivery.window-mails is "99", expected a number from 100 to 20000
          delivery: {slots: 65}          | delivery.slots is "65", expected a number from 0 to 64
          sites: {slot-03: {}}           | sites.slot-03 has the name of a lane, expected a domain
          sites: {shared: {}}            | sites.shared has the name of a lane, expected a domain
          sites: {_a.org: {}}            | "_a.org" in sites, expected a domain of at most 100
          sites: {a.org: {own-lane: 1}}  | sites.a.org.own-lane is "1", expected yes or no
          sites: {a.org: {exchangers: [a_b]}, b.org: {exchangers: [b/]}} \
              | sites.b.org.exchangers is "b/", expected a domain or an IP address
          sites: {a.org: {exchangers: []}} | sites.a.org.exchangers is empty, expected a domain
          sites: {a.org: {}, b.org: {exchangers: [b.org, a.org]}} \
              | sites.b.org.exchangers has a.org, as sites.a.org has, expected it in one site
          sites: {a.org: {}, mx.a.org: {}} \
              | sites.mx.a.org.exchangers has mx.a.org, as sites.a.org has
          sites: {mx.a.org: {}, a.org: {}} \
              | sites.a.org.exchangers has a.org, as sites.mx.a.org has
          sites: {a.org: {}, A.ORG: {exchangers: x.org}} | sites.A.ORG is there twice, expected
          tls-rules: {a.org: always} \
              | tls-rules.a.org is "always", expected never, opportunistic, required or verified
          retry: {delays: []}            | retry.delays is "", expected 1 to 16 growing durations
          retry: {delays: [2m, 1m]} \
              | retry.delays is "2m, 1m", expected 1 to 16 growing durations
          retry: {delays: [500ms]} \
              | retry.delays is "500ms", expected 1 to 16 growing durations of whole seconds
          retry: {delays: [1m, soon]} \
              | retry.delays is "1m, soon", expected 1 to 16 growing durations
          xyzzy: 1                       | unknown key "xyzzy", expected one of primary-hostname,
          a: *b                          | a tag, anchor or alias (!, & or *), expected plain YAML
          a: &b [1]                      | a tag, anchor or alias (!, & or *), expected plain YAML
          a: !!java.net.URL [x]          | a tag, anchor or alias (!, & or *), expected plain YAML
          a: [b}                         | is no YAML:
          """)
  void aWrongLineAtTheEndIsNamed(String line, String problem) {
    site.add(line + "\n");

    assertThat(site.problems())
        .anySatisfy(found -> assertThat(found).startsWith("postbus.yaml:28: ").contains(problem));
  }

  @Test
  void allMistakesAreFoundAtOnceInTheirOrder() {
    site.change("127.0.1.0/24", "nonsense")
        .change("tls: never", "tls: always")
        .add("xyzzy: 1\n")
        .delete("accounts")
        .write("aliases/example.org", "ok: a\n\"b: c\n");

    assertThat(site.problems())
        .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
        .containsExactly(
            "postbus.yaml:3:",
            "postbus.yaml:23:",
            "postbus.yaml:28:",
            "accounts:",
            "aliases/example.org:2:");
  }

  @Test
  void aTabIsNamedWithItsLine() {
    site.change("  mx:", "\tmx:");

    assertThat(site.problems())
        .singleElement()
        .satisfies(found -> assertThat(found).startsWith("postbus.yaml:11: ").contains("TAB"));
  }

  @Test
  void aControlCharacterIsNamedWithItsLine() {
    site.change("  mx:", "  m\u0007x:");

    assertThat(site.problems())
        .containsExactly("postbus.yaml:11: the character U+0007, expected printable text");
  }

  @Test
  void aFileThatIsNoUtf8IsNamedWithItsLine() throws IOException {
    Files.write(site.path("accounts"), new byte[] {'#', '\n', '#', (byte) 0xe9, '\n'});

    assertThat(site.problems())
        .containsExactly("accounts:2: octet 0xe9 is no UTF-8, expected text in UTF-8");
  }

  @Test
  void aBombOfAliasesIsRefused() {
    site.write("postbus.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");

    assertThat(site.problems()).hasSize(6).allSatisfy(p -> assertThat(p).contains("plain YAML"));
  }

  @Test
  void anEndlessOrDeepFileIsRefused() {
    site.write("postbus.yaml", "# " + "x".repeat(1 << 20));
    assertThat(site.problems()).containsExactly("postbus.yaml: is too large, expected at most 1M");

    site.write("postbus.yaml", "a: " + "[".repeat(10_000) + "]".repeat(10_000));
    assertThat(site.problems())
        .singleElement()
        .satisfies(found -> assertThat(found).contains("is no YAML: Nesting Depth exceeded"));
  }

  @Test
  void anEmptyFileOrNoSettingsAreNamed() {
    site.write("postbus.yaml", "# nothing yet\n");
    assertThat(site.problems()).singleElement().asString().contains("is empty, expected settings");

    site.write("postbus.yaml", "- a\n");
    assertThat(site.problems())
        .containsExactly("postbus.yaml:1: no settings, expected \"key: value\"");
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    for (String file : List.of("accounts", "legacy-mailing-lists", "local-domains")) {
      site.delete(file);
    }
    assertThat(site.problems())
        .containsExactly(
            "local-domains: is missing, expected a file",
            "legacy-mailing-lists: is missing, expected a file",
            "accounts: is missing, expected a file");

    site.delete("postbus.yaml");
    assertThat(site.problems()).contains("postbus.yaml: is missing, expected a file");
    assertThat(new SiteFolder(folder.resolve("no-such")).problems())
        .containsExactly(
            folder.resolve("no-such")
                + ": is no folder, expected a site: a folder with postbus.yaml");
  }

  @Test
  void theFileOfOtrsAddressesIsCheckedIfTheSiteHasOne() {
    site.add("otrs: {target: otrs@ticket.example.org, file: queues}\n");
    assertThat(site.problems()).containsExactly("queues: is missing, expected a file");

    site.write("queues", "info@example.org\nnobody\n");
    assertThat(site.problems()).isEmpty();
    assertThat(site.warnings()).containsExactly("queues:2: \"nobody\", expected user@domain");

    site.write("queues", "# the queues\ninfo@example.org\npress@example.org: for journalists\n");
    assertThat(site.problems()).isEmpty();
  }

  @Test
  void noPoolHasTheNameOfAStageOrTopic() {
    for (String taken : List.of("router", "policy", "slots", "sites", "orders")) {
      site.write("postbus.yaml", "pools:\n  " + taken + ":\n    source: 127.0.0.1\n");
      assertThat(site.problems())
          .contains(
              "postbus.yaml:2: pools."
                  + taken
                  + " has the name of a stage or topic, expected another name");
    }
  }

  @Test
  void aPoolThatSignsOtherMailThanItsOwnIsOdd() {
    site.write("dkim/a.pem", "-----BEGIN PRIVATE KEY-----\n");
    site.change("tls: never", "dkim: {a: {domain: a.org, selector: 2007a, key-file: dkim/a.pem}}");
    assertThat(site.problems()).isEmpty();
    assertThat(site.warnings())
        .containsExactly(
            "postbus.yaml: wiki-mail.senders: wiki@example.org is signed by none of"
                + " pools.bulk.dkim, expected a key for example.org");
    site.change("domain: a.org", "domain: example.org");
    assertThat(site.warnings()).isEmpty();
  }

  @Test
  void whatIsOddInTheFilesBesideIsNamedAndStopsNothing() throws IOException {
    Files.createDirectory(site.path("aliases/folder.org"));
    Files.createSymbolicLink(site.path("aliases/gone.org"), Path.of("nowhere"));
    site.write("aliases/Example.net", "")
        .write("aliases/example.org", "a: b\n: c\nA: d\n# e\n  f\n")
        .write("aliases/example.org~", "left: by an editor")
        .write("local-domains", "# ours\nexample.net\n*.example.net\n")
        .write("legacy-mailing-lists", "  other\ninfo-en\ninfo@example.org\n");

    assertThat(site.problems()).isEmpty();
    assertThat(site.warnings())
        .containsExactly(
            "local-domains:3: \"*.example.net\", expected a domain",
            "legacy-mailing-lists:1: begins with white space but goes on with nothing, expected"
                + " \"name: targets\"",
            "legacy-mailing-lists:3: \"info@example.org\", expected the name of a mailing list,"
                + " without a domain",
            "aliases/Example.net: the file's name, expected a domain in lower case; it is never"
                + " read",
            "aliases/example.org:2: has no name before its colon, expected \"name: targets\"",
            "aliases/example.org:3: \"A\" stands in line 1 already, and the first one counts",
            "aliases/example.org:5: goes on after an empty line or a comment, which ended the"
                + " entry; it is lost",
            "aliases/folder.org: is a folder, expected a file; mail for the domain waits",
            "aliases/gone.org: is a link that leads nowhere, expected a file; mail for the domain"
                + " waits");
  }
}
