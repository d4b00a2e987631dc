package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.site.BlockList.Action;
import postbus.site.HostList.Network;

class BlockListsTest {
  @TempDir private Path folder;

  @Test
  void aSiteWithoutThemHasNone() throws InvalidSite {
    assertThat(SiteReader.read(SiteFolder.in(folder).folder()).clients().blockLists()).isEmpty();
  }

  @Test
  void aListHasWhatTheSiteSaysAndDefaults() throws InvalidSite {
    SiteFolder site =
        SiteFolder.in(folder)
            .add(
                """
                block-lists:
                  zen: {zone: Zen.example.org}
                  own:
                    zone: bl.example.net
                    answers: [127.0.0.2, 127.0.1.0/24]
                    do: defer
                    text: call us
                    wait: 500ms
                    exceptions: apps
                """);

    List<BlockList> lists = SiteReader.read(site.folder()).clients().blockLists();

    assertThat(lists.getFirst())
        .isEqualTo(
            new BlockList(
                "zen",
                "zen.example.org",
                List.of(network("127.0.0.0", 8)),
                Action.REFUSE,
                "",
                Duration.ofSeconds(2),
                Optional.empty()));
    BlockList own = lists.getLast();
    assertThat(own.answers()).containsExactly(network("127.0.0.2", 32), network("127.0.1.0", 24));
    assertThat(own.action()).isEqualTo(Action.DEFER);
    assertThat(own.text()).isEqualTo("call us");
    assertThat(own.answerWait()).isEqualTo(Duration.ofMillis(500));
    assertThat(own.exceptions()).map(HostList::name).contains("apps");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                             | block-lists.zen.zone is missing, expected a domain
          {zone: no_/zone}               | block-lists.zen.zone is "no_/zone", expected a domain
          {zone: a.org, answers: 1.2.3.4} \
              | block-lists.zen.answers has "1.2.3.4", expected an address or network in 127.0.0.0/8
          {zone: a.org, answers: 0.0.0.0/0} | block-lists.zen.answers has "0.0.0.0/0", expected
          {zone: a.org, answers: []}     | block-lists.zen.answers is empty, expected an address
          {zone: a.org, do: reject}      | block-lists.zen.do is "reject", expected refuse, defer,
          {zone: a.org, text: "a\\r\\nb"} | expected at most 200 printable ASCII characters
          {zone: a.org, text: ü}         | expected at most 200 printable ASCII characters
          {zone: a.org, wait: 1m} \
              | block-lists.zen.wait is "1m", expected a duration from 100ms to 30s
          {zone: a.org, exceptions: app} \
              | block-lists.zen.exceptions is "app", none of the host lists, did you mean "apps"?
          {zone: a.org, action: defer}   | unknown key "action" in block-lists.zen
          """)
  void aMistakeIsNamed(String list, String problem) {
    assertThat(SiteFolder.in(folder).add("block-lists: {zen: " + list + "}\n").problems())
        .anySatisfy(found -> assertThat(found).contains(problem));
  }

  @Test
  void thereAreAtMostEight() {
    String nine =
        IntStream.range(0, 9)
            .mapToObj(i -> "  list%d: {zone: l%d.example.org}\n".formatted(i, i))
            .collect(Collectors.joining());
    assertThat(SiteFolder.in(folder).add("block-lists:\n" + nine).problems())
        .singleElement()
        .asString()
        .contains("block-lists has 9 lists, expected at most 8");
  }

  private static Network network(String base, int bits) {
    return new Network(InetAddress.ofLiteral(base), bits);
  }
}
