package postbus.sendmail;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import postbus.sendmail.SpoolFile.Read;

/** Shows what waits in the spool, a mail a line and its recipients below ({@code mailq}). */
final class SpoolList {
  private static final String ROW = "%-26s %9s  %-20s  %s%n";

  private final PrintWriter out;

  SpoolList(PrintWriter out) {
    this.out = out;
  }

  void show(List<Path> waiting, List<Path> refused) throws IOException {
    if (waiting.isEmpty() && refused.isEmpty()) {
      out.println("Mail queue is empty");
      return;
    }
    out.printf(ROW, "ID", "OCTETS", "SUBMITTED (UTC)", "SENDER, RECIPIENTS");
    for (Path file : waiting) {
      show(file);
    }
    for (Path file : refused) {
      show(file);
    }
    out.println(waiting.size() + " wait, " + refused.size() + " are refused.");
  }

  private void show(Path file) throws IOException {
    String id = Spool.id(file).toString();
    String submitted = Spool.id(file).madeAt().toString().replace('T', ' ').substring(0, 19);
    switch (read(file)) {
      case Read.Broken(String why) ->
          out.printf(ROW, id, Files.size(file), submitted, "is no mail: " + why);
      case Read.Whole(SpoolFile(Submission mail, String refusal)) -> {
        out.printf(ROW, id, mail.content().length, submitted, "<" + mail.sender() + ">");
        new SpoolNote(file, mail.recipients())
            .left()
            .forEach(to -> out.printf(ROW, "", "", "", to));
        if (!refusal.isEmpty()) {
          out.printf(ROW, "", "", "", "refused: " + refusal);
        }
      }
    }
    out.flush();
  }

  private static Read read(Path file) {
    try {
      return Spool.read(file);
    } catch (IOException e) {
      return new Read.Broken("it cannot be read, or is gone meanwhile");
    }
  }
}
