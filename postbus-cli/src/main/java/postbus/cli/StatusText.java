package postbus.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;

/** A status as one screen of text. */
final class StatusText {
  private StatusText() {}

  static void print(Status status, List<String> findings, PrintWriter out) {
    listeners(status, out);
    if (!status.stages().isEmpty()) {
      stages(status, out);
      lanes(status, out);
    }
    for (Status.Held held : status.held()) {
      out.printf(
          "held by an operator: %s in pool %s, for %s%n",
          held.site(), held.pool(), SiteQueues.age(held.since(), status.at()));
    }
    status
        .quarantine()
        .ifPresent(letters ->
            out.printf(
                "in quarantine: %d, the newest for %s: %s%n",
                letters.open(),
                SiteQueues.age(letters.newest(), status.at()),
                StoryLine.printable(letters.reason())));
    if (findings.isEmpty()) {
      out.println("All is well.");
    } else {
      out.println("Wrong:");
      findings.forEach(finding -> out.println("  " + StoryLine.printable(finding)));
    }
  }

  private static void listeners(Status status, PrintWriter out) {
    Table table = new Table("LISTENER", "ADDRESS", "STATE");
    for (Status.Listener listener : status.listeners()) {
      String state = listener.trouble().isEmpty() ? "takes mail" : listener.trouble();
      table.row(listener.name(), listener.address(), StoryLine.printable(state));
    }
    table.print(out);
    out.println();
  }

  private static void stages(Status status, PrintWriter out) {
    Table table = new Table("STAGE", "READERS", "MAILS", "OLDEST");
    for (Status.Stage stage : status.stages()) {
      table.row(
          stage.name(),
          Integer.toString(stage.members()),
          about(stage.waiting(), stage.isExact()),
          age(stage.oldest(), status.at()));
    }
    table.print(out);
    out.println();
  }

  private static void lanes(Status status, PrintWriter out) {
    if (status.lanes().isEmpty()) {
      return;
    }
    Table table = new Table("LANE OR RETRY TOPIC", "MAILS", "FOR");
    for (Status.Lane lane : status.lanes()) {
      table.row(lane.topic(), about(lane.mails(), lane.isExact()), lane.site());
    }
    table.print(out);
    out.println();
  }

  private static String about(long mails, boolean isExact) {
    return (isExact ? "" : "~") + mails;
  }

  private static String age(Instant oldest, Instant now) {
    String age = SiteQueues.age(oldest, now);
    return age.isEmpty() ? "-" : age;
  }
}
