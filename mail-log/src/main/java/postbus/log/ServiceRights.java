package postbus.log;

import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What each service does in the log, and so what Kafka must let it do; nothing else. To trim is to
 * delete records, for which Kafka wants DELETE on the topic. No service makes topics: an
 * administrator does, with {@code ./postbus topics --apply}.
 */
public final class ServiceRights {
  private static final ResourcePattern CLUSTER =
      new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL);

  private final Map<ResourcePattern, Set<AclOperation>> rights = new LinkedHashMap<>();

  /** What may be done with one resource, or with all whose names begin alike. */
  public record Right(ResourcePattern on, Set<AclOperation> operations) {
    public Right {
      operations = Set.copyOf(operations);
    }
  }

  private ServiceRights() {
    // Every process compares brokers and topics with what they ought to be when it starts, and
    // extends the leases of contents that letters refer to.
    add(CLUSTER, DESCRIBE, DESCRIBE_CONFIGS);
    add(on(ResourceType.TOPIC, "*", PatternType.LITERAL), DESCRIBE, DESCRIBE_CONFIGS);
    prefixed(Topics.deadLetter(""), READ);
    topic(Topics.QUARANTINE, READ);
  }

  /**
   * By the services' names, in the order of a mail's way; the last is that of the commands.
   *
   * @param pools those of the site
   */
  public static Map<String, List<Right>> of(Collection<String> pools) {
    Map<String, List<Right>> all = new LinkedHashMap<>();
    all.put("ingress-smtp", ingress().list());
    all.put("policy-service", policy().list());
    all.put("router-service", router(pools).list());
    all.put("delivery-service", delivery(pools).list());
    all.put("imap-bridge", bridge().list());
    all.put("operator", operator().list());
    return all;
  }

  private static ServiceRights ingress() {
    ServiceRights may = new ServiceRights();
    may.topic(Topics.RECEIVED, WRITE).topic(Topics.VERDICTS, READ);
    // No group is joined; its channel is configured with the name of one.
    may.group("ingress-smtp-verdicts");
    for (String topic :
        List.of(Topics.ACCEPTED, Topics.UNJUDGED, Topics.QUARANTINE, Topics.EVENTS)) {
      may.topic(topic, WRITE);
    }
    return may;
  }

  private static ServiceRights policy() {
    ServiceRights may = new ServiceRights().stage(Topics.POLICY_STAGE);
    may.topic(Topics.UNJUDGED, READ, WRITE, DELETE);
    may.topic(Topics.RECEIVED, READ).topic(Topics.VERDICTS, WRITE);
    may.topic(Topics.GREYLIST, READ, WRITE);
    // Its end of letters: drops what is over in quarantine, deletes what is done with.
    may.topic(Topics.QUARANTINE, WRITE, DELETE).prefixed(Topics.deadLetter(""), DELETE);
    return may.topic(Topics.MARKS, WRITE).transactions(LetterDesk.TRANSACTIONAL_ID);
  }

  private static ServiceRights router(Collection<String> pools) {
    ServiceRights may = new ServiceRights().stage(Topics.ROUTER_STAGE);
    may.topic(Topics.ACCEPTED, READ, WRITE, DELETE).topic(Topics.REINJECTED, READ, WRITE, DELETE);
    pools.forEach(pool -> may.prefixed("delivery." + pool + ".", WRITE));
    return may.topic(Topics.LOCAL, WRITE).topic(Topics.SLOTS, READ);
  }

  private static ServiceRights delivery(Collection<String> pools) {
    ServiceRights may = new ServiceRights();
    for (String pool : pools) {
      may.stage(pool).prefixed("delivery." + pool + ".", READ, WRITE, DELETE);
    }
    may.topic(Topics.SLOTS, READ, WRITE).topic(Topics.SITES, READ, WRITE);
    return may.topic(Topics.ORDERS, READ);
  }

  private static ServiceRights bridge() {
    ServiceRights may = new ServiceRights().stage(Topics.LOCAL_STAGE);
    return may.topic(Topics.LOCAL, READ, WRITE, DELETE);
  }

  /** Looks at everything, gives orders, replays and releases; makes and mends no topics. */
  private static ServiceRights operator() {
    ServiceRights may = new ServiceRights();
    may.add(on(ResourceType.TOPIC, "*", PatternType.LITERAL), READ);
    may.add(on(ResourceType.GROUP, "*", PatternType.LITERAL), DESCRIBE);
    may.topic(Topics.ORDERS, WRITE).topic(Topics.MARKS, WRITE);
    // Where dead letters go back to, and mail that leaves the quarantine.
    for (String origin : List.of(Topics.ACCEPTED, Topics.UNJUDGED, Topics.REINJECTED)) {
      may.topic(origin, WRITE);
    }
    may.topic(Topics.EVENTS, WRITE).prefixed("delivery.", WRITE);
    return may.transactions(LetterDesk.TRANSACTIONAL_ID);
  }

  /** What {@link Stage} does: for its group and that of its retries, whatever its inputs are. */
  private ServiceRights stage(String name) {
    prefixed("retry." + name + ".", READ, WRITE, DELETE);
    topic(Topics.deadLetter(name), WRITE).topic(Topics.EVENTS, WRITE);
    topic(Topics.REINJECTED, WRITE);
    for (String group : List.of(name, Retries.group(name))) {
      group(group);
      add(on(ResourceType.TRANSACTIONAL_ID, group + "-", PatternType.PREFIXED), WRITE, DESCRIBE);
    }
    return this;
  }

  private ServiceRights topic(String name, AclOperation... operations) {
    return add(on(ResourceType.TOPIC, name, PatternType.LITERAL), operations);
  }

  private ServiceRights prefixed(String prefix, AclOperation... operations) {
    return add(on(ResourceType.TOPIC, prefix, PatternType.PREFIXED), operations);
  }

  private void group(String name) {
    add(on(ResourceType.GROUP, name, PatternType.LITERAL), READ, DESCRIBE);
  }

  private ServiceRights transactions(String id) {
    return add(on(ResourceType.TRANSACTIONAL_ID, id, PatternType.LITERAL), WRITE, DESCRIBE);
  }

  private static ResourcePattern on(ResourceType type, String name, PatternType pattern) {
    return new ResourcePattern(type, name, pattern);
  }

  private ServiceRights add(ResourcePattern on, AclOperation... operations) {
    rights.computeIfAbsent(on, _ -> EnumSet.noneOf(AclOperation.class)).addAll(List.of(operations));
    return this;
  }

  private List<Right> list() {
    List<Right> all = new ArrayList<>();
    rights.forEach((on, operations) -> all.add(new Right(on, operations)));
    return all;
  }
}
