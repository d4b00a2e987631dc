package postbus.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import postbus.log.ServiceRights.Right;

/** The rights of services as lines for a shell, by which Kafka's own tool grants them. */
final class AclLines {
  private final String principal;

  /**
   * @param principal how Kafka calls a service, with {@code %s} for the service's name
   */
  AclLines(String principal) {
    this.principal = principal;
  }

  /** What differs by its name alone is one line: each is a start of a JVM. */
  private record Kind(ResourceType type, PatternType pattern, Set<AclOperation> operations) {}

  void print(Map<String, List<Right>> rights, PrintWriter out) {
    rights.forEach((service, own) -> {
      out.printf("# %s%n", service);
      Map<Kind, List<String>> names = new LinkedHashMap<>();
      for (Right right : own) {
        ResourcePattern on = right.on();
        Kind kind =
            new Kind(on.resourceType(), on.patternType(), new TreeSet<>(right.operations()));
        names.computeIfAbsent(kind, k -> new ArrayList<>()).add(on.name());
      }
      String user = principal.replace("%s", service);
      names.forEach((kind, named) -> out.println(line(user, kind, named)));
    });
  }

  private static String line(String user, Kind kind, List<String> names) {
    StringBuilder line = new StringBuilder("kafka-acls.sh \"$@\" --add --allow-principal ");
    line.append('\'').append(user).append('\'');
    names.forEach(name -> line.append(on(kind.type(), name)));
    if (kind.pattern() == PatternType.PREFIXED) {
      line.append(" --resource-pattern-type prefixed");
    }
    kind.operations().forEach(operation -> line.append(" --operation ").append(name(operation)));
    return line.toString();
  }

  private static String on(ResourceType type, String name) {
    return switch (type) {
      case CLUSTER -> " --cluster";
      case TOPIC -> " --topic '" + name + "'";
      case GROUP -> " --group '" + name + "'";
      case TRANSACTIONAL_ID -> " --transactional-id '" + name + "'";
      case UNKNOWN, ANY, DELEGATION_TOKEN, USER ->
          throw new IllegalStateException("not ours: " + type);
    };
  }

  /** {@code DESCRIBE_CONFIGS} is {@code DescribeConfigs} to the tool. */
  private static String name(AclOperation operation) {
    StringBuilder name = new StringBuilder();
    for (String word : operation.name().split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
