package postbus.scenario;

import static org.apache.kafka.common.protocol.ApiKeys.END_TXN;
import static org.apache.kafka.common.protocol.ApiKeys.PRODUCE;
import static org.apache.kafka.common.protocol.ApiKeys.TXN_OFFSET_COMMIT;
import static postbus.scenario.CrashPoint.Doubled.NONE;
import static postbus.scenario.CrashPoint.Doubled.NONE_OR_ONE;
import static postbus.scenario.CrashPoint.Doubled.ONE;
import static postbus.scenario.KafkaPoint.after;
import static postbus.scenario.KafkaPoint.before;

import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import postbus.log.Topics;

/**
 * A moment at which a service is killed.
 *
 * @param name the moment, as a reader of ARCHITECTURE.md knows it
 * @param victim the service
 * @param journey the way of the mails that are under way
 * @param seen how the moment is known from outside
 * @param doubled how many of these mails come twice
 */
record CrashPoint(String name, String victim, Journey journey, Seen seen, Doubled doubled) {
  private static final String INGRESS = "ingress-smtp";
  private static final String POLICY = "policy-service";
  private static final String ROUTER = "router-service";
  private static final String DELIVERER = Cluster.deliverer(0);
  private static final String BRIDGE = "imap-bridge";

  /** How a moment is seen from outside of the process. */
  interface Seen {
    /** From now on; completes when the action has run, at that moment. */
    CompletableFuture<Void> then(CrashRig rig, String victim, Runnable action);
  }

  /** Exact where the moment is: one that shows a window has to show it. */
  enum Doubled {
    NONE(0, 0),
    NONE_OR_ONE(0, 1),
    ONE(1, 1);

    final long min;
    final long max;

    Doubled(int min, int max) {
      this.min = min;
      this.max = max;
    }
  }

  static Stream<CrashPoint> all() {
    String lane = Topics.sharedLane("normal");
    return Stream.of(
        // The first window is between the append and the 250.
        new CrashPoint("append", INGRESS, Journey.OUT, log(before(PRODUCE, Topics.ACCEPTED)), NONE),
        new CrashPoint(
            "append done", INGRESS, Journey.OUT, log(after(PRODUCE, Topics.ACCEPTED)), ONE),
        new CrashPoint("250", INGRESS, Journey.OUT, entrance(SmtpPoint.REPLY), ONE),
        new CrashPoint(
            "append unjudged",
            INGRESS,
            Journey.JUDGED,
            lost(Topics.RECEIVED, log(before(PRODUCE, Topics.UNJUDGED))),
            NONE),
        new CrashPoint(
            "append unjudged done",
            INGRESS,
            Journey.JUDGED,
            lost(Topics.RECEIVED, log(after(PRODUCE, Topics.UNJUDGED))),
            ONE),
        new CrashPoint(
            "append held", INGRESS, Journey.HELD, log(before(PRODUCE, Topics.QUARANTINE)), NONE),
        new CrashPoint(
            "append held done", INGRESS, Journey.HELD, log(after(PRODUCE, Topics.QUARANTINE)), ONE),
        // A verdict that nobody hears any more, or that never comes, moves no mail.
        new CrashPoint(
            "question", INGRESS, Journey.JUDGED, log(after(PRODUCE, Topics.RECEIVED)), NONE),
        new CrashPoint(
            "verdict", POLICY, Journey.JUDGED, log(before(PRODUCE, Topics.VERDICTS)), NONE),
        new CrashPoint(
            "verdict done", POLICY, Journey.JUDGED, log(after(PRODUCE, Topics.VERDICTS)), NONE),
        new CrashPoint(
            "judged mail", INGRESS, Journey.JUDGED, log(before(PRODUCE, Topics.ACCEPTED)), NONE),

        // What moves a mail inside of Postbus moves it once.
        unjudged(Journey.JUDGED, "records", before(PRODUCE, Topics.REINJECTED)),
        unjudged(Journey.HELD, "held records", before(PRODUCE, Topics.QUARANTINE)),
        unjudged(Journey.JUDGED, "offset", before(TXN_OFFSET_COMMIT, "policy-0")),
        unjudged(Journey.JUDGED, "end of transaction", before(END_TXN, "policy-0")),
        unjudged(Journey.JUDGED, "end of transaction done", after(END_TXN, "policy-0")),
        routed("records", before(PRODUCE, lane)),
        routed("offset", before(TXN_OFFSET_COMMIT, "router-0")),
        routed("end of transaction", before(END_TXN, "router-0")),
        routed("end of transaction done", after(END_TXN, "router-0")),

        // The second window is between the remote's reply to the final dot and its record.
        delivered("final dot", exit(SmtpPoint.FINAL_DOT), NONE),
        delivered("reply", exit(SmtpPoint.REPLY), ONE),
        delivered("reply heard", exit(SmtpPoint.REPLY_PASSED), NONE_OR_ONE),
        delivered("records", log(before(PRODUCE, "normal-0")), ONE),
        delivered("offset", log(before(TXN_OFFSET_COMMIT, "normal-0")), ONE),
        delivered("end of transaction", log(before(END_TXN, "normal-0")), ONE),
        delivered("end of transaction done", log(after(END_TXN, "normal-0")), NONE),

        // A refusal is told once, and a wait ends once.
        refused("report", before(END_TXN, "normal-0")),
        refused("report done", after(END_TXN, "normal-0")),
        deferred("retry", before(END_TXN, "normal-0")),
        deferred("retry done", after(END_TXN, "normal-0")),
        deferred("move back", before(END_TXN, "normal.retry-0")),
        deferred("move back done", after(END_TXN, "normal.retry-0")),

        // A mailbox finds a mail by its name; a command cannot.
        handedOver(Journey.MAILBOX, "mailbox", before(END_TXN, "local-0"), NONE),
        handedOver(Journey.MAILBOX, "mailbox done", after(END_TXN, "local-0"), NONE),
        handedOver(Journey.COMMAND, "command", before(END_TXN, "local-0"), ONE),
        handedOver(Journey.COMMAND, "command done", after(END_TXN, "local-0"), NONE));
  }

  private static CrashPoint unjudged(Journey journey, String name, KafkaPoint point) {
    return new CrashPoint(name, POLICY, journey, lost(Topics.VERDICTS, log(point)), NONE);
  }

  private static CrashPoint routed(String name, KafkaPoint point) {
    return new CrashPoint(name, ROUTER, Journey.OUT, log(point), NONE);
  }

  private static CrashPoint delivered(String name, Seen seen, Doubled doubled) {
    return new CrashPoint(name, DELIVERER, Journey.OUT, seen, doubled);
  }

  private static CrashPoint refused(String name, KafkaPoint point) {
    return new CrashPoint(name, DELIVERER, Journey.REFUSED, log(point), NONE);
  }

  private static CrashPoint deferred(String name, KafkaPoint point) {
    Seen seen = log(point);
    return new CrashPoint(
        name,
        DELIVERER,
        Journey.ONE_OUT,
        (rig, victim, action) -> {
          rig.exit().refuseNext();
          return seen.then(rig, victim, action);
        },
        NONE);
  }

  private static CrashPoint handedOver(
      Journey journey, String name, KafkaPoint point, Doubled doubled) {
    return new CrashPoint(name, BRIDGE, journey, log(point), doubled);
  }

  private static Seen log(KafkaPoint point) {
    return (rig, victim, action) -> rig.cluster().proxy(victim).at(point, action);
  }

  /** The victim's next record of this topic gets lost before. */
  private static Seen lost(String topic, Seen seen) {
    return (rig, victim, action) -> {
      var _ = rig.cluster().proxy(victim).at(before(PRODUCE, topic), () -> {});
      return seen.then(rig, victim, action);
    };
  }

  private static Seen entrance(SmtpPoint point) {
    return (rig, _, action) -> rig.entrance().at(point, action);
  }

  private static Seen exit(SmtpPoint point) {
    return (rig, _, action) -> rig.exit().at(point, action);
  }

  @Override
  public String toString() {
    return victim + ": " + name;
  }
}
