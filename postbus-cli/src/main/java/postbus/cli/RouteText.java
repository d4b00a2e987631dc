package postbus.cli;

import java.util.ArrayList;
import java.util.List;
import postbus.router.Answer;
import postbus.router.Way;

/**
 * An answer of {@code route} for people: the address asked about, then each end of its mail with
 * the router that decides, the hosts that are tried, and the redirects that lead there.
 */
final class RouteText {
  private RouteText() {}

  static List<String> of(Answer answer) {
    List<String> lines = new ArrayList<>();
    lines.add(answer.asked());
    switch (answer) {
      case Answer.Routed(var _, var _, List<Way> ways) -> ways.forEach(way -> add(lines, way));
      case Answer.NoAddress(var _, String reason) -> lines.add("  would be refused: " + reason);
    }
    return lines;
  }

  private static void add(List<String> lines, Way way) {
    lines.add("  " + way.address() + "  " + fate(way.fate()) + "  (" + way.rule() + ")");
    if (way.fate() instanceof Way.Sent(String _, String site, String lane, List<Way.Host> hosts)) {
      lines.add("      site " + site + ", lane " + lane);
      hosts.forEach(host -> lines.add("      to " + host(host)));
    }
    way.redirects()
        .forEach(from -> lines.add("    <-- " + from.address() + "  (" + from.rule() + ")"));
  }

  private static String fate(Way.Fate fate) {
    return switch (fate) {
      case Way.Sent(String pool, var _, var _, var _) -> "by SMTP, pool " + pool;
      case Way.Kept() -> "into a mailbox";
      case Way.Piped(String command, boolean allowed) ->
          allowed
              ? "to the command " + command
              : "would wait: the site does not allow the command " + command;
      case Way.Failed(var reply) -> "would be refused or bounced: " + reply;
      case Way.Deferred(var reply) -> "would wait: " + reply;
      case Way.Discarded() -> "would be thrown away";
    };
  }

  private static String host(Way.Host host) {
    String preference = host.preference().map(number -> "  MX " + number).orElse("");
    return host.name() + preference + (host.addresses().isEmpty() ? "" : "  " + host.addresses());
  }
}
