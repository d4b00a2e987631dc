package postbus.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
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

  void print(Map<String, List<Right>> rights, PrintWriter out) {
    rights.forEach((service, own) -> {
      out.printf("# %s%n", service);
      own.forEach(right -> out.println(line(principal.replace("%s", service), right)));
    });
  }

  private static String line(String user, Right right) {
    StringBuilder line = new StringBuilder("kafka-acls.sh \"$@\" --add --allow-principal ");
    line.append('\'').append(user).append('\'').append(on(right.on()));
    right.operations().stream()
        .sorted()
        .forEach(operation -> line.append(" --operation ").append(name(operation)));
    return line.toString();
  }

  private static String on(ResourcePattern on) {
    String pattern =
        on.patternType() == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "";
    return switch (on.resourceType()) {
      case CLUSTER -> " --cluster";
      case TOPIC -> " --topic '" + on.name() + "'" + pattern;
      case GROUP -> " --group '" + on.name() + "'" + pattern;
      case TRANSACTIONAL_ID -> " --transactional-id '" + on.name() + "'" + pattern;
      case UNKNOWN, ANY, DELEGATION_TOKEN, USER ->
          throw new IllegalStateException("not ours: " + on);
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
