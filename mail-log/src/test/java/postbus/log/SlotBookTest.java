package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.StageRig.SOON;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lanes are lent to sites: all who read the log agree on who has which. */
class SlotBookTest {
  private static final String SHARED = "delivery.p.shared";
  private static final String FIRST = "delivery.p.slot-01";
  private static final String SECOND = "delivery.p.slot-02";

  private StageRig rig;
  private final List<SlotBook> books = new ArrayList<>();

  @BeforeEach
  void broker() {
    rig = new StageRig();
    rig.create(Topics.SLOTS, 1);
  }

  @AfterEach
  void end() {
    books.forEach(SlotBook::close);
    rig.close();
  }

  private SlotBook open(String instance, String... ownLanes) {
    SlotBook book = new SlotBook(rig.log(instance), Set.of(ownLanes), 2);
    books.add(book);
    book.start();
    await().atMost(SOON).until(book::isReady);
    return book;
  }

  @Test
  void aSlotIsLentUntilItIsGivenBack() throws Exception {
    SlotBook deliverer = open("0");
    SlotBook router = open("1");
    assertThat(router.of("p", "a.example")).isEqualTo(SHARED);
    assertThat(router.key("p", "a.example", "id")).isEqualTo("a.example");

    assertThat(deliverer.claim("p", "a.example")).contains(FIRST);
    assertThat(deliverer.of("p", "a.example")).isEqualTo(FIRST);
    assertThat(deliverer.claim("p", "b.example")).contains(SECOND);
    assertThat(deliverer.claim("p", "a.example")).contains(FIRST);
    assertThat(deliverer.claim("p", "c.example")).isEmpty();
    assertThat(deliverer.of("p", "c.example")).isEqualTo(SHARED);
    assertThat(deliverer.of("other", "a.example")).isEqualTo("delivery.other.shared");
    await().atMost(SOON).until(() -> router.of("p", "b.example").equals(SECOND));
    assertThat(router.key("p", "b.example", "id")).isEqualTo("id");
    assertThat(router.holder(FIRST)).contains("a.example");

    deliverer.giveBack("p", "a.example");
    await().atMost(SOON).until(() -> router.holder(FIRST).isEmpty());
    assertThat(router.of("p", "a.example")).isEqualTo(SHARED);
    assertThat(router.claim("p", "c.example")).contains(FIRST);
  }

  @Test
  void manyWhoClaimAtOnceNeverShareASlot() throws Exception {
    List<SlotBook> all = List.of(open("0"), open("1"), open("2"));
    List<Callable<Optional<String>>> claims = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      SlotBook book = all.get(i % 3);
      String site = "site" + i;
      claims.add(() -> book.claim("p", site));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> lent = new ArrayList<>();
      for (var claim : threads.invokeAll(claims)) {
        claim.get().ifPresent(lent::add);
      }
      assertThat(lent).doesNotHaveDuplicates().isSubsetOf(FIRST, SECOND);
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          assertThat(all)
              .extracting(book -> book.holder(FIRST))
              .containsOnly(all.get(0).holder(FIRST));
          assertThat(all)
              .extracting(book -> book.holder(SECOND))
              .containsOnly(all.get(0).holder(SECOND));
        });
  }

  @Test
  void aSiteWithALaneOfItsOwnIsLentNone() throws Exception {
    SlotBook book = open("0", "google.com");

    assertThat(book.claim("p", "google.com")).contains("delivery.p.google.com");
    assertThat(book.of("p", "google.com")).isEqualTo("delivery.p.google.com");
    assertThat(rig.records(Topics.SLOTS)).isEmpty();
  }

  @Test
  void whoComesLaterKnowsWhatIsLentAndLeavesOutWhatCannotBeRead() throws Exception {
    assertThat(open("0").claim("p", "a.example")).contains(FIRST);
    rig.put(
        new ProducerRecord<>(
            Topics.SLOTS, 0, "p/x.example".getBytes(UTF_8), "{\"pool\":".getBytes(UTF_8)));

    SlotBook later = open("1");

    assertThat(later.of("p", "a.example")).isEqualTo(FIRST);
    assertThat(later.claim("p", "b.example")).contains(SECOND);
  }

  @Test
  void theBrokerIsRestartedAndWhatWasLentStaysLent() throws Exception {
    SlotBook book = open("0");
    assertThat(book.claim("p", "a.example")).contains(FIRST);

    rig.stopBroker();
    assertThat(book.of("p", "a.example")).isEqualTo(FIRST);
    rig.startBroker();

    assertThat(book.claim("p", "b.example")).contains(SECOND);
    assertThat(open("1").of("p", "a.example")).isEqualTo(FIRST);
  }
}
