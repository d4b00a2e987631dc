package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.StageRig.SOON;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import postbus.mail.MailId;
import postbus.mail.Order;
import postbus.mail.Order.Action;

/** Orders about mails that wait in retry topics: each mail is dealt with once, and at once. */
class OrdersTest {
  private static final String LANE = "delivery.p.shared";
  private static final String HOUR = "retry.p.1h";
  private static final String SECOND = "retry.p.1s";
  private static final String GROUP = "p.retry";
  private static final String SITE = "slow.example";
  private static final StageSettings SETTINGS =
      StageRig.settings("p", Inputs.of(LANE))
          .retrying(List.of(Duration.ofSeconds(1), Duration.ofHours(1)));

  private StageRig rig;
  private Orders orders;

  @BeforeEach
  void broker() {
    rig = new StageRig();
    for (String topic : List.of(LANE, HOUR, SECOND, "bounced", Topics.ORDERS)) {
      rig.create(topic, 1);
    }
    orders = new Orders(rig.log("0"));
    orders.start();
    await().atMost(SOON).until(orders::isReady);
  }

  @AfterEach
  void end() {
    rig.closeStages();
    orders.close();
    rig.close();
  }

  /** What is tried now goes back to its lane, what is bounced to {@code bounced}. */
  private final class Moved implements RetryWork {
    @Override
    public FollowUp due(Taken waiting, String origin) {
      return waiting.followUp().mail(origin, waiting.key(), waiting.mail());
    }

    @Override
    public Optional<FollowUp> ordered(Order order, Taken waiting, String origin) {
      String to = order.action() == Action.BOUNCE ? "bounced" : origin;
      return Optional.of(waiting.followUp().mail(to, waiting.key(), waiting.mail()));
    }
  }

  private RetryMover startMover(Faults faults) {
    RetryMover mover = rig.startMover(SETTINGS, new RetryMover.Moves(new Moved(), orders), faults);
    orders.onChange(mover::lookAgain);
    return mover;
  }

  private void putWaiting(String topic, String content, String site, Duration wait) {
    var record = MailRecords.record(topic, site, Mails.mail(content, site));
    MailRecords.waiting(record.headers(), Instant.now().plus(wait), LANE);
    rig.put(record);
  }

  private void give(Action action) throws Exception {
    List<Order.End> ends = Orders.ends(rig.log("0"), "p", SOON);
    Order order = new Order(MailId.next(), "root", "p", SITE, action, ends, "", "a test");
    orders.give(order, SOON);
  }

  /** What waits: all that the mover has not done yet. */
  private List<ConsumerRecord<byte[], byte[]>> waiting(String topic) {
    long done = rig.doneBelow(GROUP, topic);
    return rig.records(topic).stream().filter(record -> record.offset() >= done).toList();
  }

  private static List<String> contentsOf(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> new String(record.value())).toList();
  }

  @Test
  void mailsOfTheSiteGoAtOnceAndAllOthersWaitOn() throws Exception {
    StageRig.awaitReady(startMover(Faults.NONE));
    putWaiting(HOUR, "ours1", SITE, Duration.ofMinutes(50));
    putWaiting(HOUR, "theirs", "other.example", Duration.ofMinutes(55));
    putWaiting(HOUR, "ours2", SITE, Duration.ofMinutes(58));
    await().atMost(SOON).until(() -> rig.records(HOUR).size() == 3);
    String due = MailRecords.header(rig.records(HOUR).get(1), MailRecords.DUE);

    give(Action.RETRY);

    rig.awaitContents(LANE, "ours1", "ours2");
    await().atMost(SOON).until(() -> contentsOf(waiting(HOUR)).equals(List.of("theirs")));
    assertThat(MailRecords.header(waiting(HOUR).getFirst(), MailRecords.DUE)).isEqualTo(due);
    assertThat(MailRecords.header(waiting(HOUR).getFirst(), MailRecords.ORIGIN)).isEqualTo(LANE);
  }

  @Test
  void whatCameAfterTheOrderWaits() throws Exception {
    StageRig.awaitReady(startMover(Faults.NONE));
    putWaiting(HOUR, "before", SITE, Duration.ofHours(1));
    await().atMost(SOON).until(() -> rig.records(HOUR).size() == 1);

    give(Action.RETRY);
    rig.awaitContents(LANE, "before");
    putWaiting(HOUR, "after", SITE, Duration.ofHours(1));
    putWaiting(SECOND, "due", SITE, Duration.ZERO);

    rig.awaitContents(LANE, "before", "due");
    assertThat(contentsOf(waiting(HOUR))).containsExactly("after");
  }

  @Test
  void theLastOrderCountsAndAnOrderGivenTwiceActsOnce() throws Exception {
    putWaiting(HOUR, "a", SITE, Duration.ofHours(1));
    putWaiting(HOUR, "b", SITE, Duration.ofHours(1));
    await().atMost(SOON).until(() -> rig.records(HOUR).size() == 2);
    give(Action.RETRY);
    give(Action.BOUNCE);
    give(Action.BOUNCE);

    startMover(Faults.NONE);

    rig.awaitContents("bounced", "a", "b");
    await().atMost(SOON).until(() -> waiting(HOUR).isEmpty());
    assertThat(rig.contents(LANE)).isEmpty();
  }

  @Test
  void whoHoldsASiteIsToldUntilItIsReleased() throws Exception {
    give(Action.HOLD);
    assertThat(orders.isHeld("p", SITE)).isTrue();
    assertThat(orders.isHeld("p", "other.example")).isFalse();
    await().pollDelay(Duration.ofMillis(2)).until(() -> true);
    give(Action.RELEASE);
    assertThat(orders.isHeld("p", SITE)).isFalse();
  }

  @Test
  void killedInTheMiddleOfALongWalkEachMailIsMovedOnceAndDueOnesAreNotHeldUp() throws Exception {
    int mails = 20_000;
    Set<String> ours = new HashSet<>();
    Set<String> theirs = new HashSet<>();
    for (int i = 0; i < mails; i++) {
      (i % 2 == 0 ? ours : theirs).add("m" + i);
      putWaiting(HOUR, "m" + i, i % 2 == 0 ? SITE : "other.example", Duration.ofHours(1));
    }
    await().atMost(SOON).until(() -> rig.records(HOUR).size() == mails);
    AtomicInteger transactions = new AtomicInteger();
    CountDownLatch killed = new CountDownLatch(1);
    startMover(
        new Faults() {
          @Override
          public void beforeCommit() {
            if (transactions.incrementAndGet() == 10) {
              killed.countDown();
              throw new Error("killed");
            }
          }
        });
    give(Action.RETRY);
    await().atMost(SOON).until(() -> killed.getCount() == 0);
    assertThat(rig.records(LANE)).hasSizeLessThan(ours.size());

    startMover(Faults.NONE);
    await().atMost(SOON).until(() -> waiting(HOUR).size() < mails);
    putWaiting(SECOND, "due", "third.example", Duration.ZERO);
    long begun = System.nanoTime();
    await().atMost(SOON).until(() -> rig.contents(LANE).contains("due"));
    boolean isWalking = rig.doneBelow(GROUP, HOUR) < mails;
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertThat(isWalking || took.compareTo(Duration.ofSeconds(3)) < 0).as("%s", took).isTrue();

    await().atMost(SOON).until(() -> rig.doneBelow(GROUP, HOUR) >= mails);
    ours.add("due");
    assertThat(rig.contents(LANE)).doesNotHaveDuplicates().hasSameElementsAs(ours);
    assertThat(contentsOf(rig.records(HOUR).subList(mails, rig.records(HOUR).size())))
        .doesNotHaveDuplicates()
        .hasSameElementsAs(theirs);
  }

  @Test
  void aTopicThatWasCreatedAnewIsNotTakenForTheOldOne() throws Exception {
    StageRig.awaitReady(startMover(Faults.NONE));
    Order order =
        new Order(
            MailId.parse("01jd000000000000000000000a").orElseThrow(),
            "root",
            "p",
            SITE,
            Action.BOUNCE,
            List.of(new Order.End(HOUR, 0, 1000)),
            "",
            "");
    orders.give(order, SOON);

    putWaiting(HOUR, "new", SITE, Duration.ofHours(1));
    putWaiting(SECOND, "due", SITE, Duration.ZERO);

    rig.awaitContents(LANE, "due");
    assertThat(contentsOf(waiting(HOUR))).containsExactly("new");
    assertThat(rig.records(HOUR)).hasSize(1);
  }
}
